"""Listen: what people say unasked."""
