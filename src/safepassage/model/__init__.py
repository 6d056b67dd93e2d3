"""What a journey is: the schema of a model, and reading `model.yaml` into it."""
