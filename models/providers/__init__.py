"""What can run a model here: the processor, graphics cards, and plug-ins of onnxruntime."""
