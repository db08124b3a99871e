"""What a variational autoencoder says of data, as a density."""
