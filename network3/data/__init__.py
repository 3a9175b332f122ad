"""Load images and labels from files and arrays, and create new images by data augmentation."""
