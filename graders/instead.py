"""What takes the place of a package that an exercise does not have."""

from __future__ import annotations

from dataclasses import dataclass

from exercises.spec import Manifest
from graders.report import Text


@dataclass(frozen=True, slots=True)
class Instead:
    """What to do without these packages, where the exercise has `needs`; None is any exercise.

    `data` says that the exercise's own files are part of the answer.
    """

    packages: str
    needs: str | None
    fr: str
    en: str
    data: bool = False


INSTEAD = (
    Instead(
        "tensorflow tf_keras keras keras_core tensorflow_addons jax flax haiku theano mxnet "
        "chainer paddle caffe tflearn",
        "torch",
        fr="Les réseaux s’écrivent ici avec torch : nn.Sequential, nn.Conv2d, nn.MaxPool2d et "
        "nn.Linear sont les couches de Keras, et une boucle sur les époques tient lieu de fit.",
        en="Networks are written with torch here: nn.Sequential, nn.Conv2d, nn.MaxPool2d and "
        "nn.Linear are Keras's layers, and a loop over epochs stands for fit.",
        data=True,
    ),
    Instead(
        "torchvision",
        "torch",
        fr="Les décalages, les rotations et le passage en tenseurs s’écrivent avec numpy et "
        "torch, comme dans le carnet de départ.",
        en="Shifts, rotations and the way to tensors are written with numpy and torch, as in the "
        "starter notebook.",
        data=True,
    ),
    Instead(
        "fastai fastbook fastcore nbdev pytorch_lightning lightning ignite skorch timm kornia "
        "torchmetrics torchsummary torchinfo torchviz transformers accelerate monai",
        "torch",
        fr="Avec torch seul, un entraînement est une boucle : lot, perte, backward(), "
        "optimiser.step().",
        en="With torch alone, training is a loop: batch, loss, backward(), optimiser.step().",
        data=True,
    ),
    Instead(
        "tensorflow_datasets torchdata datasets mnist python_mnist extra_keras_datasets mlxtend "
        "medmnist kaggle kagglehub opendatasets gdown huggingface_hub deeplake requests urllib3 "
        "httpx aiohttp wget boto3 gcsfs s3fs google.cloud",
        None,
        fr="Rien ne se télécharge pendant la correction : il n’y a pas de réseau.",
        en="Nothing can be downloaded during grading: there is no network.",
        data=True,
    ),
    Instead(
        "google.colab colabtools pydrive pydrive2",
        None,
        fr="Les outils propres à Colab n’existent pas ici. Aucun fichier n’est à envoyer, ni "
        "aucun disque à monter.",
        en="Colab's own tools do not exist here. There is no file to upload and no drive to mount.",
        data=True,
    ),
    Instead(
        "tensorboard wandb mlflow visdom comet_ml neptune aim livelossplot",
        "torch",
        fr="La page de l’envoi trace elle-même les courbes : SummaryWriter de "
        "torch.utils.tensorboard y suffit, ou log, de noyau.",
        en="The attempt's page draws the curves itself: SummaryWriter of torch.utils.tensorboard "
        "is enough, or log, of noyau.",
    ),
    Instead(
        "cv2 skimage imageio imgaug albumentations augly",
        "PIL",
        fr="PIL lit et redimensionne les images ; une image est ensuite un tableau numpy.",
        en="PIL reads and resizes images; after that an image is a numpy array.",
    ),
    Instead(
        "cv2 skimage imageio imgaug albumentations augly",
        "scipy",
        fr="scipy.ndimage filtre, décale et tourne les images.",
        en="scipy.ndimage filters, shifts and turns images.",
    ),
    Instead(
        "seaborn plotly bokeh altair plotnine hvplot holoviews",
        "matplotlib",
        fr="Les figures se tracent avec matplotlib.pyplot.",
        en="Figures are drawn with matplotlib.pyplot.",
    ),
    Instead(
        "tqdm fastprogress progressbar rich alive_progress",
        None,
        fr="Un print par époque tient lieu de barre de progression.",
        en="A print per epoch takes the place of the progress bar.",
    ),
    Instead(
        "ipywidgets ipympl panel gradio streamlit",
        None,
        fr="Personne ne clique pendant la correction : écrivez les valeurs dans le code.",
        en="Nobody is there to click during grading: write the values in the code.",
    ),
    Instead(
        "xgboost lightgbm catboost",
        "sklearn",
        fr="sklearn.ensemble a HistGradientBoostingClassifier.",
        en="sklearn.ensemble has HistGradientBoostingClassifier.",
    ),
    Instead(
        "polars dask pyarrow modin",
        "pandas",
        fr="Les tableaux de données se lisent avec pandas.",
        en="Tables of data are read with pandas.",
    ),
)

NO_NETWORK = Text(
    fr="Il n’y a pas de réseau là où les carnets sont corrigés.",
    en="There is no network where notebooks are graded.",
)
NO_INSTALL = Text(
    fr="Rien ne s’installe là où les carnets sont corrigés : supprimez cette ligne.",
    en="Nothing can be installed where notebooks are graded: remove this line.",
)
COLAB_COMMAND = Text(
    fr="Cette commande est propre à Colab : supprimez-la.",
    en="This command is Colab's own: remove it.",
)
DRAWN_CURVES = Text(
    fr="La page de l’envoi trace elle-même les courbes de SummaryWriter : supprimez cette ligne.",
    en="The attempt's page draws the curves of SummaryWriter itself: remove this line.",
)


def instead_of(package: str, *, manifest: Manifest) -> Text:
    """Return what to do without `package` in this exercise."""
    allowed = manifest.allowed_imports
    for one in INSTEAD:
        if package in one.packages.split() and (not allowed or one.needs in (None, *allowed)):
            text = Text(fr=one.fr, en=one.en)
            return with_data(text, manifest=manifest) if one.data else text
    names = ", ".join(allowed)
    return Text(
        fr=f"Vous disposez ici de la bibliothèque de Python et de : {names}."
        if names
        else "Ce module n’est pas installé là où les carnets sont corrigés.",
        en=f"What you have here is Python's own library and: {names}."
        if names
        else "This module is not installed where notebooks are graded.",
    )


def with_data(text: Text, *, manifest: Manifest) -> Text:
    """Return the text with where the exercise's images are, if it has any."""
    images = images_of(manifest)
    if images is None:
        return text
    return Text(fr=f"{text.fr} {images.fr}", en=f"{text.en} {images.en}")


def images_of(manifest: Manifest) -> Text | None:
    """Return where the exercise's images are, None where it has none."""
    if manifest.data is None:
        return None
    file = f"data/{manifest.data.public}"
    return Text(
        fr=f"Les images de l’exercice sont dans {file}, que numpy.load lit.",
        en=f"The exercise's images are in {file}, which numpy.load reads.",
    )
