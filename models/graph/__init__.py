"""Finding attention in an ONNX graph and reading it out: one pattern or concern per file."""
