"""A model folder as a whole: the model, its evidence, observations, scenarios and levers."""
