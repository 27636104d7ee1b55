"""Models on the Hugging Face hub: named, listed with their sizes, downloaded, opened offline.

Nothing here is loaded by opening a local model, and nothing asks the network unless ``remote`` or
``download`` is called. ``huggingface_hub`` is imported by those two alone, when they are used.
"""
