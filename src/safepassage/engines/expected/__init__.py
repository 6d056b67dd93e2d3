"""Mean flows, their adjoint, the values of a cohort, and durations."""
