"""The first bytes of the kinds of file that radzoo reads; nothing here opens anything."""

import zlib

from radzoo.data.readers.bare import bare_encoding

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
ZIP = b"PK\x03\x04"
NPY = b"\x93NUMPY"
NIFTI_HEAD = 352
GZIP = b"\x1f\x8b"
TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def is_part_10(head: bytes) -> bool:
    """A DICOM Part 10 file: 128 bytes of anything, then DICM."""
    return head[128:132] == b"DICM"


def is_dicom(head: bytes) -> bool:
    """A DICOM file, with the mark or, by a strict check, without."""
    return is_part_10(head) or bare_encoding(head) is not None


def is_raster(head: bytes) -> bool:
    """A PNG or JPEG file."""
    return head.startswith((PNG, JPEG))


def is_tiff(head: bytes) -> bool:
    """A TIFF file of either byte order, classic or big."""
    return head.startswith(TIFF)


def is_gzip(head: bytes) -> bool:
    """A gzip stream, whatever is in it."""
    return head.startswith(GZIP)


def is_nifti(head: bytes) -> bool:
    """A NIfTI file with its voxels in it (`n+1`, `n+2`), plain or in gzip."""
    if is_gzip(head):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, NIFTI_HEAD)
        except zlib.error:
            return False
    return head[344:348] == b"n+1\0" or head[4:12] == b"n+2\0\r\n\x1a\n"


def is_npz(head: bytes) -> bool:
    """A zip archive, such as NumPy's `.npz`; whether it holds arrays shows later."""
    return head.startswith(ZIP)


def is_npy(head: bytes) -> bool:
    """An array of NumPy's own format, `.npy`."""
    return head.startswith(NPY)


def is_image(head: bytes) -> bool:
    """A file that holds an image or a volume: DICOM, PNG, JPEG, TIFF or NIfTI."""
    return is_dicom(head) or is_raster(head) or is_tiff(head) or is_nifti(head)
