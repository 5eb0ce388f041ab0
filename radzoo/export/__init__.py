"""Results in the formats of others: masks as NIfTI and DICOM SEG."""
