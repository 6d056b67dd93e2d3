"""Questions to a posterior: ranking, forecast, comparison, budget, trace, and checks of a fit."""
