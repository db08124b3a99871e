"""How models are trained and saved: what stands between `fit` and a step."""
