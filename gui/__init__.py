"""The window: views that draw facts and speak in intents, and one place that holds the state."""
