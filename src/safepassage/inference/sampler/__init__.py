"""The sampler: mode, metric, warm-up, Hamiltonian Monte Carlo in sheared coordinates."""
