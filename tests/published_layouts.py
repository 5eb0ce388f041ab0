"""Small trees with the headers and quirks of published data sets; the rows are made up."""

import gzip

import numpy as np
from dicoms import make_dicom
from PIL import Image as Pillow

PIXELS = np.arange(16, dtype=np.uint16).reshape(4, 4)


def picture(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = "JPEG" if path.suffix in {".jpg", ".jpeg"} else "PNG"
    Pillow.fromarray(np.zeros((4, 4), np.uint8)).save(path, kind)


def dicom(path, **attributes):
    path.parent.mkdir(parents=True, exist_ok=True)
    make_dicom(path, PIXELS, **attributes)


def write(path, *lines, encoding="utf-8"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def nih_cxr14(root):
    """The older table: a trailing comma, `Patient Sex`, an impossible age, a BOM."""
    header = (
        "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Sex,View Position,"
        "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],"
    )
    write(
        root / "Data_Entry_2017.csv",
        header,
        "00000001_000.png,Cardiomegaly|Effusion,0,1,058Y,M,PA,2682,2749,0.143,0.143,",
        "00000001_001.png,No Finding,1,1,414,M,AP,2682,2749,0.143,0.143,",
        "00000002_000.png,Infiltrate,0,2,81,F,PA,2682,2749,0.143,0.143,",
        "00000003_000.png,Hernia,0,3,006M,F,PA,2682,2749,0.143,0.143,",
        encoding="utf-8-sig",
    )
    picture(root / "images_001/images/00000001_000.png")
    picture(root / "images_001/images/00000001_001.png")
    picture(root / "images_012/images/00000002_000.png")
    picture(root / "images_012/images/00000009_000.png")
    write(root / "train_val_list.txt", "00000001_000.png", "00000001_001.png")
    write(root / "test_list.txt", "00000002_000.png", "00000003_000.png")


CHEXPERT = (
    "Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Enlarged Cardiomediastinum,Cardiomegaly,"
    "Lung Opacity,Lung Lesion,Edema,Consolidation,Pneumonia,Atelectasis,Pneumothorax,"
    "Pleural Effusion,Pleural Other,Fracture,Support Devices"
)


def chexpert(root):
    name = "CheXpert-v1.0-small/"
    write(
        root / "train.csv",
        CHEXPERT,
        f"{name}train/patient00001/study1/view1_frontal.jpg,Female,68,Frontal,AP,1.0,,,,,,,,,,,,,",
        f"{name}train/patient00001/study1/view2_lateral.jpg,Female,68,Lateral,,,,,,,,,,,,,,,",
        f"{name}train/patient00002/study1/view1_frontal.jpg,Unknown,0,Frontal,PA,,,-1.0,1.0,,,0.0,,-1.0,,0.0,,,",
    )
    write(
        root / "valid.csv",
        CHEXPERT,
        f"{name}valid/patient64541/study1/view1_frontal.jpg,Male,73,Frontal,AP,"
        + ",".join(["0.0"] * 13)
        + ",1.0",
    )
    for place in (
        "train/patient00001/study1/view1_frontal.jpg",
        "train/patient00001/study1/view2_lateral.jpg",
        "train/patient00002/study1/view1_frontal.jpg",
        "valid/patient64541/study1/view1_frontal.jpg",
    ):
        picture(root / place)
    picture(root / "valid/._view1_frontal.jpg")


MIMIC = (
    "subject_id,study_id,Atelectasis,Cardiomegaly,Consolidation,Edema,Enlarged Cardiomediastinum,"
    "Fracture,Lung Lesion,Lung Opacity,No Finding,Pleural Effusion,Pleural Other,Pneumonia,"
    "Pneumothorax,Support Devices"
)


def mimic_cxr_jpg(root):
    """Three tables, two of them packed; one study without labels."""
    write(
        root / "mimic-cxr-2.0.0-metadata.csv",
        "dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,Columns,"
        "StudyDate,StudyTime,ProcedureCodeSequence_CodeMeaning,ViewCodeSequence_CodeMeaning,"
        "PatientOrientationCodeSequence_CodeMeaning",
        "02aa-1,10000032,50414267,CHEST (PA AND LAT),PA,3056,2544,21800506,213014.5,x,y,Erect",
        "02aa-2,10000032,50414267,CHEST (PA AND LAT),LATERAL,3056,2544,21800506,213014.5,x,y,Erect",
        "02aa-3,11000033,50414268,CHEST,,3056,2544,21800506,213014.5,x,y,Erect",
    )
    labels = root / "mimic-cxr-2.0.0-chexpert.csv.gz"
    labels.write_bytes(
        gzip.compress(f"{MIMIC}\n10000032,50414267,,1.0,-1.0,,,,,,,,,,,0.0\n".encode())
    )
    split = "dicom_id,study_id,subject_id,split\n02aa-1,50414267,10000032,train\n"
    split += "02aa-2,50414267,10000032,train\n02aa-3,50414268,11000033,validate\n"
    (root / "mimic-cxr-2.0.0-split.csv.gz").write_bytes(gzip.compress(split.encode()))
    picture(root / "files/p10/p10000032/s50414267/02aa-1.jpg")
    picture(root / "files/p10/p10000032/s50414267/02aa-2.jpg")
    picture(root / "files/p11/p11000033/s50414268/02aa-3.jpg")


def rsna_pneumonia(root):
    write(
        root / "stage_2_train_labels.csv",
        "patientId,x,y,width,height,Target",
        "0004cfab,,,,,0",
        "00436515,264.0,152.0,213.0,379.0,1",
        "00436515,562.0,152.0,256.0,453.0,1",
    )
    dicom(root / "stage_2_train_images/0004cfab.dcm")
    dicom(root / "stage_2_train_images/00436515.dcm")
    dicom(root / "stage_2_test_images/0000a175.dcm")


VINDR = (
    "Aortic enlargement,Atelectasis,Calcification,Cardiomegaly,Clavicle fracture,Consolidation,"
    "Edema,Emphysema,Enlarged PA,ILD,Infiltration,Lung Opacity,Lung cavity,Lung cyst,"
    "Mediastinal shift,Nodule/Mass,Pleural effusion,Pleural thickening,Pneumothorax,"
    "Pulmonary fibrosis,Rib fracture,Other lesion,COPD,Lung tumor,Pneumonia,Tuberculosis,{other}"
)


def vindr_cxr(root):
    """Of three readers two see an aortic enlargement in `a1`, one a COPD in `b2`."""
    header = f"image_id,rad_id,No finding,{VINDR.format(other='Other diseases')}"
    rows = []
    for image, reader, positive in (
        ("a1", "R1", {0}), ("a1", "R2", {0}), ("a1", "R3", set()),
        ("b2", "R1", {22}), ("b2", "R2", set()), ("b2", "R4", set()),
    ):  # fmt: skip
        values = [int(place in positive) for place in range(27)]
        rows.append(f"{image},{reader},{int(not positive)}," + ",".join(map(str, values)))
    write(root / "annotations/image_labels_train.csv", header, *rows)
    values = ",".join(["0"] * 26 + ["1"])
    header = f"image_id,No finding,{VINDR.format(other='Other disease')}"
    write(root / "annotations/image_labels_test.csv", header, f"c3,0,{values}")
    for place in ("train/a1.dicom", "train/b2.dicom", "test/c3.dicom"):
        dicom(root / place)


def vindr_cxr_kaggle(root):
    write(
        root / "train.csv",
        "image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max",
        "a1,Cardiomegaly,3,R10,691.0,1375.0,1653.0,1831.0",
        "a1,Cardiomegaly,3,R9,691.0,1375.0,1653.0,1831.0",
        "a1,Cardiomegaly,3,R9,1.0,2.0,3.0,4.0",
        "a1,No finding,14,R8,,,,",
        "b2,No finding,14,R8,,,,",
        "b2,No finding,14,R9,,,,",
        "b2,ILD,5,R10,1.0,2.0,3.0,4.0",
    )
    dicom(root / "train/a1.dicom")
    dicom(root / "train/b2.dicom")


PADCHEST = (
    ",ImageID,ImageDir,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,"
    "ViewPosition_DICOM,Projection,MethodProjection,Pediatric,Modality_DICOM,Manufacturer_DICOM,"
    "PhotometricInterpretation_DICOM,PixelRepresentation_DICOM,PixelAspectRatio_DICOM,"
    "SpatialResolution_DICOM,BitsStored_DICOM,WindowCenter_DICOM,WindowWidth_DICOM,Rows_DICOM,"
    "Columns_DICOM,XRayTubeCurrent_DICOM,Exposure_DICOM,ExposureInuAs_DICOM,ExposureTime,"
    "RelativeXRayExposure_DICOM,ReportID,Report,MethodLabel,Labels,Localizations,"
    "LabelsLocalizationsBySentence,labelCUIS,LocalizationsCUIS"
)
BROKEN = "216840111366964012819207061112010307142602253_04-014-084.png"


def padchest(root):
    """Lists as Python writes them, one blank, a file known to be broken, no name for column one."""
    rest = "DX,IMAGING,MONOCHROME2,0,,0.2,12,1,2,3000,2000,1,1,1,1,1,77,informe,Physician"
    tail = "\"['loc basal']\",\"[['x', 'y']]\",['C1'],['C2']"
    path = write(
        root / "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv",
        PADCHEST,
        f"0,111_a.png,0,20140915,S1,P1,1949.0,F,POSTEROANTERIOR,PA,Manual,No,{rest},"
        f"\"['pleural effusion', 'nodule, calcified ', '']\",{tail}",
        f"1,111_b.png,0,20140915,S1,P1,1949.0,F,LATERAL,L,Manual,No,{rest},\"['normal']\",{tail}",
        f"2,222_a.png,1,20130101,S2,P2,1980.0,M,AP,AP_horizontal,Manual,No,{rest},,{tail}",
        f"3,{BROKEN},1,20130101,S3,P3,1980.0,M,AP,AP,Manual,No,{rest},['normal'],{tail}",
    )
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
    for place in ("0/111_a.png", "0/111_b.png", "1/222_a.png", f"1/{BROKEN}"):
        picture(root / place)


def siim_ptx(root):
    write(
        root / "train-rle.csv",
        "ImageId, EncodedPixels",
        "1.2.276.1, -1",
        "1.2.276.2, 1190 1 1020 5",
        "1.2.276.2, 387620 23 996",
        "1.2.276.3,-1",
    )
    for number in (1, 2, 3):
        dicom(root / f"dicom-images-train/1.8.{number}/1.9.{number}/1.2.276.{number}.dcm",
              PatientID=f"CANARY{number}", PatientSex="F", PatientAge="051Y", ViewPosition="PA",
              )  # fmt: skip


SUBTYPES = ("epidural", "intraparenchymal", "intraventricular", "subarachnoid", "subdural", "any")


def rsna_ich(root):
    """Six rows per image, some of them twice."""
    rows = [
        f"ID_{image}_{subtype},{int(subtype in positive)}"
        for image, positive in (("12cadc6af", {"subdural", "any"}), ("38fd7baa0", set()))
        for subtype in SUBTYPES
    ]
    write(root / "stage_2_train.csv", "ID,Label", *rows, rows[0], rows[4])
    dicom(root / "stage_2_train/ID_12cadc6af.dcm", PatientID="CANARY1", StudyInstanceUID="1.7.1")
    dicom(root / "stage_2_train/ID_38fd7baa0.dcm", PatientID="CANARY1", StudyInstanceUID="1.7.2")


def mura(root):
    write(
        root / "train_labeled_studies.csv",
        "MURA-v1.1/train/XR_SHOULDER/patient00001/study1_positive/,1",
        "MURA-v1.1/train/XR_ELBOW/patient00011/study1_negative/,0",
    )
    write(
        root / "valid_labeled_studies.csv",
        "MURA-v1.1/valid/XR_WRIST/patient11185/study1_positive/,1",
    )
    for place in (
        "train/XR_SHOULDER/patient00001/study1_positive/image1.png",
        "train/XR_SHOULDER/patient00001/study1_positive/image2.png",
        "train/XR_SHOULDER/patient00001/study1_positive/._image2.png",
        "train/XR_ELBOW/patient00011/study1_negative/image1.png",
        "valid/XR_WRIST/patient11185/study1_positive/image1.png",
    ):
        picture(root / place)


def embed(root):
    """An exam with a cancer on the left, a finding of both sides, and no pathology on the right."""
    nas = "/mnt/NAS2/mammo/anon_dicom"
    write(
        root / "tables/EMBED_OpenData_metadata.csv",
        "Unnamed: 0,empi_anon,acc_anon,anon_dicom_path,FinalImageType,ImageLateralityFinal,"
        "ViewPosition,spot_mag,num_roi,ROI_coords,SRC_DST,match_level",
        f'0,0010,7001,{nas}/cohort_1/0010/7001/s/left.dcm,2D,L,CC,,1,"((1, 2, 3, 4),)",,1',
        f"1,0010,7001,{nas}/cohort_1/0010/7001/s/right.dcm,2D,R,MLO,,0,(),,1",
        f"2,0011,7002,{nas}/cohort_1/0011/7002/s/left.dcm,C-view,L,MLO,,0,(),,1",
    )
    write(
        root / "tables/EMBED_OpenData_clinical.csv",
        "empi_anon,acc_anon,study_date_anon,desc,tissueden,asses,numfind,side,path_severity",
        "0010,7001,2015-01-01,MG Diagnostic,2,M,1,L,0.0",
        "0010,7001,2015-01-01,MG Diagnostic,2,B,2,L,4.0",
        "0010,7001,2015-01-01,MG Diagnostic,2,N,3,R,",
        "0011,7002,2015-01-01,MG Screening,2,A,1,B,",
    )
    for place in ("0010/7001/s/left.dcm", "0010/7001/s/right.dcm", "0011/7002/s/left.dcm"):
        dicom(root / "images/cohort_1" / place)


def vindr_mammo(root):
    write(
        root / "breast-level_annotations.csv",
        "study_id,series_id,image_id,laterality,view_position,height,width,breast_birads,"
        "breast_density,split",
        "st1,se1,im1,L,CC,3518,2800,BI-RADS 4,DENSITY C,training",
        "st1,se1,im2,R,MLO,3518,2800,BI-RADS 2,DENSITY C,training",
        "st2,se2,im3,L,CC,3518,2800,BI-RADS 1,DENSITY A,test",
    )
    for place in ("st1/im1.dicom", "st1/im2.dicom", "st2/im3.dicom"):
        dicom(root / "images" / place)


CBIS = (
    "patient_id,{density},left or right breast,image view,abnormality id,abnormality type,"
    "{shape},assessment,pathology,subtlety,image file path,cropped image file path,"
    "ROI mask file path"
)
UID = "1.3.6.1.4.1.9590.100.1.2."


def cbis_ddsm(root):
    """Two abnormalities of one image, a path with a line break, `breast density` in one table."""
    mass = CBIS.format(density="breast_density", shape="mass shape,mass margins")
    calc = CBIS.format(density="breast density", shape="calc type,calc distribution")
    first = f"Mass-Training_P_00001_LEFT_CC/{UID}11/{UID}12/000000.dcm"
    second = f"Calc-Test_P_00038_RIGHT_MLO/{UID}21/{UID}22/000000.dcm"
    write(
        root / "mass_case_description_train_set.csv",
        mass,
        f'P_00001,3,LEFT,CC,1,mass,OVAL,SPICULATED,4,BENIGN,4,{first},x/y/z.dcm,"x/y/m.dcm\n"',
        f'P_00001,3,LEFT,CC,2,mass,OVAL,SPICULATED,4,MALIGNANT,4,"{first}\n",x/y/z.dcm,x/y/m.dcm',
    )
    write(
        root / "calc_case_description_test_set.csv",
        calc,
        f"P_00038,2,RIGHT,MLO,1,calcification,PUNCTATE,CLUSTERED,2,BENIGN_WITHOUT_CALLBACK,4,"
        f"{second},x/y/z.dcm,x/y/m.dcm",
    )
    dicom(root / f"CBIS-DDSM/P1/{UID}11/{UID}12/1-1.dcm", SeriesInstanceUID=f"{UID}12")
    dicom(root / f"CBIS-DDSM/P2/{UID}21/{UID}22/1-1.dcm", SeriesInstanceUID=f"{UID}22")


def hf(root):
    write(
        root / "train/metadata.jsonl",
        '{"file_name": "0.png", "label": 1, "patient_id": "007"}',
        '{"file_name": "more/1.png", "label": 0, "patient_id": "008"}',
    )
    write(root / "test/metadata.jsonl", '{"file_name": "0.png", "label": 0, "patient_id": "009"}')
    for place in ("train/0.png", "train/more/1.png", "test/0.png"):
        picture(root / place)


TREES = {
    "nih-cxr14": nih_cxr14, "chexpert": chexpert, "mimic-cxr-jpg": mimic_cxr_jpg,
    "rsna-pneumonia": rsna_pneumonia, "vindr-cxr": vindr_cxr,
    "vindr-cxr-kaggle": vindr_cxr_kaggle, "padchest": padchest, "siim-ptx": siim_ptx,
    "rsna-ich": rsna_ich, "mura": mura, "embed": embed, "vindr-mammo": vindr_mammo,
    "cbis-ddsm": cbis_ddsm, "hf": hf,
}  # fmt: skip
# What the user must decide before these can be read.
DECISIONS = {
    "chexpert": {"uncertain": "blank"},
    "mimic-cxr-jpg": {"uncertain": "blank"},
    "vindr-cxr": {"readers": "majority"},
    "vindr-cxr-kaggle": {"readers": "majority"},
}
