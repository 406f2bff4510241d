# mistake: not-trained
# %%
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(1, 8, kernel_size=5, stride=2, padding=2),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(8 * 7 * 7, 10),
)


def predict(images):
    with torch.no_grad():
        inputs = torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)
        return model(inputs).argmax(dim=1).numpy()
