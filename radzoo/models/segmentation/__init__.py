"""Networks that say of every voxel what it belongs to: built, fed in patches, and slid over."""
