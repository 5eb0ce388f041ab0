"""Sybil: the risk of lung cancer in each of the next years, from one low-dose CT."""

import torch
from torch import Tensor, nn

FEATURES = 512


class Sybil(nn.Module):
    """A 3-D ResNet-18, attention over pixels and over slices, and a cumulative hazard.

    References:
        Mikhael PG et al. Sybil. J Clin Oncol 2023;41:2191.
    """

    def __init__(self, channels: int, outputs: int) -> None:
        super().__init__()
        from torchvision.models.video import r3d_18

        network = r3d_18(weights=None)
        if channels != 3:
            network.stem[0] = nn.Conv3d(
                channels, 64, kernel_size=(3, 7, 7), stride=(1, 2, 2), padding=(1, 3, 3), bias=False
            )
        self.image_encoder = nn.Sequential(
            network.stem, network.layer1, network.layer2, network.layer3, network.layer4
        )
        self.pool = AttentionPool()
        self.prob_of_failure_layer = CumulativeHazard(outputs)

    def forward(self, volume: Tensor) -> Tensor:
        """Return one logit for each year, `(n, years)`; later years are never below earlier.

        Args:
            volume: `(n, channels, slices, rows, columns)`.
        """
        hidden = torch.relu(self.pool(self.image_encoder(volume)))
        result: Tensor = self.prob_of_failure_layer(hidden)
        return result


class Attention(nn.Module):
    """A weighted mean over positions, with weights learnt from the features themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.attention_fc = nn.Linear(FEATURES, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Return `(..., features)` of `(..., features, positions)`."""
        scores: Tensor = self.attention_fc(features.transpose(-1, -2)).transpose(-1, -2)
        return (features * scores.softmax(dim=-1)).sum(dim=-1)


class ConvolvedAttention(nn.Module):
    """Attention over slices that see their neighbours."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1d = nn.Conv1d(FEATURES, FEATURES, kernel_size=11, padding=5, bias=False)
        self.aggregate = Attention()

    def forward(self, features: Tensor) -> Tensor:
        """Return `(n, features)` of `(n, features, slices)`."""
        result: Tensor = self.aggregate(self.conv1d(features))
        return result


class AttentionPool(nn.Module):
    """Three summaries of a volume, joined: two by attention, one by the maximum."""

    def __init__(self) -> None:
        super().__init__()
        self.image_pool1 = Attention()
        self.volume_pool1 = Attention()
        self.volume_pool2 = ConvolvedAttention()
        # Trained and published, but no part of the risk.
        self.multi_img_hidden_fc = nn.Linear(2 * FEATURES, FEATURES)
        self.hidden_fc = nn.Linear(3 * FEATURES, FEATURES)

    def forward(self, features: Tensor) -> Tensor:
        """Return `(n, features)` of `(n, features, slices, rows, columns)`."""
        pixels = features.flatten(start_dim=3)
        attended = self.image_pool1(pixels.transpose(1, 2)).transpose(1, 2)
        brightest = pixels.amax(dim=-1)
        summaries = [
            self.volume_pool1(attended),
            self.volume_pool2(brightest),
            brightest.amax(dim=-1),
        ]
        result: Tensor = self.hidden_fc(torch.cat(summaries, dim=-1))
        return result


class CumulativeHazard(nn.Module):
    """A base risk, to which each year adds what cannot be negative."""

    def __init__(self, years: int) -> None:
        super().__init__()
        self.hazard_fc = nn.Linear(FEATURES, years)
        self.base_hazard_fc = nn.Linear(FEATURES, 1)
        # The spelling is that of the published file.
        self.upper_triagular_mask = nn.Parameter(
            torch.ones(years, years).triu(), requires_grad=False
        )

    def forward(self, hidden: Tensor) -> Tensor:
        """Return `(n, years)` of `(n, features)`."""
        yearly = torch.relu(self.hazard_fc(hidden))
        result: Tensor = yearly @ self.upper_triagular_mask + self.base_hazard_fc(hidden)
        return result
