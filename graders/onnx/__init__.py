"""Models that are handed over as ONNX files: what is in them, and what they answer."""
