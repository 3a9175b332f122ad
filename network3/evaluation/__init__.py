"""What a trained network gives: outputs for images, accuracies, a summary of its layers."""
