def innermost(optimizer):
    """The optimizer within those that scale its loss or watch its gradient."""
    while hasattr(optimizer, "inner_optimizer"):
        optimizer = optimizer.inner_optimizer
    return optimizer
