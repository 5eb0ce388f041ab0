"""Networks: built, given weights, taught and asked. Knows nothing of files of images."""
