"""Evaluate networks: outputs for images, accuracies, a summary of the layers."""
