"""Inference: the likelihood, the joint density, the sampler, and the posterior."""
