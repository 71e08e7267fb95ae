"""Makes the sample class of unit 05: what a class hands in, from perfect in several dialects to blank and broken.

Run it after the student notebook has changed: python -m samples.make_05_autoencoders
It fills a copy of course/05_autoencoders for each student, puts the weights of those who trained beside it
(linear_autoencoder.npz, as the notebook's training cell would), and writes nothing else.
"""

from pathlib import Path

import numpy as np

from elboroom import clouds
from samples.classroom import Answers, HandedIn, hand_in

UNIT, WEIGHTS = "05_autoencoders", "linear_autoencoder.npz"

SVD = {
    "pca_autoencoder": """def pca_autoencoder(X, k):
    X = np.asarray(X, dtype=float)
    if k < 1 or k >= X.shape[1]:
        raise ValueError("k")
    V = np.linalg.svd(X - X.mean(0))[2].T
    return V[:, :k], V[:, :k].T""",
    "train_linear_autoencoder": """X = clouds.factors()
C = torch.tensor(X - X.mean(axis=0), dtype=torch.float32)
E, F = (torch.nn.Parameter(0.1 * torch.randn(shape)) for shape in [(6, 2), (2, 6)])
descend = torch.optim.Adam([E, F], lr=0.01)
for step in range(3000):
    descend.zero_grad()
    torch.sum((C - C @ E @ F) ** 2).backward()
    descend.step()
encoder, decoder = E.detach().numpy(), F.detach().numpy()
np.savez("linear_autoencoder.npz", encoder=encoder, decoder=decoder)""",
    "autoencoder": """def autoencoder(D, K, hidden):
    encoder = torch.nn.Sequential(torch.nn.Linear(D, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, K))
    decoder = torch.nn.Sequential(torch.nn.Linear(K, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, D))
    return torch.nn.Sequential(OrderedDict([("encoder", encoder), ("decoder", decoder)]))


def squared_error(model, x):
    return torch.mean(torch.sum((x - model(x)) ** 2, dim=1))""",
    "kernel_pca": """def kernel_pca(gram, k):
    gram = np.asarray(gram, dtype=float)
    if k < 1 or k >= len(gram):
        raise ValueError("k")
    means = gram.mean(axis=0)
    values, vectors = np.linalg.eigh(gram - means - means[:, None] + means.mean())
    order = np.argsort(values)[::-1][:k]
    return vectors[:, order] * np.sqrt(np.clip(values[order], 0, None))""",
    "ppca_maximum_likelihood": """def ppca_maximum_likelihood(X, k):
    X = np.asarray(X, dtype=float)
    if k < 1 or k >= X.shape[1]:
        raise ValueError("k")
    values, vectors = np.linalg.eigh(np.cov(X.T, bias=True))
    sigma2 = max(values[:-k].mean(), 0.0)
    return vectors[:, -k:] * np.sqrt(np.clip(values[-k:] - sigma2, 0, None)), sigma2""",
    "ppca_log_likelihood": """def ppca_log_likelihood(X, W, sigma2):
    if sigma2 <= 0:
        raise ValueError("sigma2")
    X, W = np.asarray(X, dtype=float), np.asarray(W, dtype=float)
    C, cov = X - X.mean(axis=0), W @ W.T + sigma2 * np.eye(len(W))
    S = C.T @ C / len(C)
    return -0.5 * (len(W) * np.log(2 * np.pi) + np.linalg.slogdet(cov)[1] + np.trace(np.linalg.inv(cov) @ S))""",
    "linear_vae_elbo": """def linear_vae_elbo(X, W, sigma2, V, d):
    X, W, V, d = (np.asarray(a, dtype=float) for a in (X, W, V, d))
    if sigma2 <= 0 or (d <= 0).any():
        raise ValueError("variance")
    m = (X - X.mean(axis=0)) @ V.T
    S = ((X - X.mean(axis=0) - m @ W.T) ** 2).sum(axis=1).mean() + d @ (W**2).sum(axis=0)
    KL = 0.5 * ((m**2).mean(axis=0) + d - 1 - np.log(d)).sum()
    return -S / (2 * sigma2) - len(W) / 2 * np.log(2 * np.pi * sigma2) - KL""",
    "best_linear_encoder": """def best_linear_encoder(W, sigma2):
    if sigma2 <= 0:
        raise ValueError("sigma2")
    W = np.asarray(W, dtype=float)
    precision = W.T @ W / sigma2 + np.eye(W.shape[1])
    return np.linalg.solve(precision, W.T / sigma2), 1 / np.diag(precision)""",
    "linear_vae_gap": """def linear_vae_gap(W, sigma2):
    if sigma2 <= 0:
        raise ValueError("sigma2")
    W = np.asarray(W, dtype=float)
    precision = W.T @ W / sigma2 + np.eye(W.shape[1])
    return 0.5 * (np.log(np.diag(precision)).sum() - np.linalg.slogdet(precision)[1])""",
    "collapse": """def collapse(X, k, sigma2):
    X = np.asarray(X, dtype=float)
    if k < 1 or k >= X.shape[1] or sigma2 <= 0:
        raise ValueError("k or sigma2")
    return np.clip(np.linalg.eigvalsh(np.cov(X.T, bias=True))[::-1][:k] - sigma2, 0, None)""",
    "squared_error_is_a_gaussian": """def gaussian_elbo():
    return -D * sympy.log(2 * sympy.pi * sigma**2) / 2 - S / (2 * sigma**2) - KL


def kl_weight():
    return 2 * sigma**2


def best_variance():
    return S / D""",
    "smaller_kl": 'smaller_kl = "d"',
    "sampling_a_latent_space": """Nothing in the squared error says where the codes lie, so an autoencoder leaves holes,
and its decoder has never been trained there. The KL fills the region that we sample from, and the expectation over q
makes the decoder right on a neighbourhood of each code. The price is blur. One can also fit a mixture to the codes.""",
}

EIGH = SVD | {
    "pca_autoencoder": """def pca_autoencoder(X, k):
    X = np.asarray(X, dtype=float)
    if k not in range(1, X.shape[1]):
        raise ValueError("k")
    values, vectors = np.linalg.eigh(np.cov(X, rowvar=False, bias=True))
    A = np.triu(np.ones((k, k)))  # any invertible map will do
    return vectors[:, -k:] @ A, np.linalg.inv(A) @ vectors[:, -k:].T""",
    "ppca_maximum_likelihood": """def ppca_maximum_likelihood(X, k):
    X = np.asarray(X, dtype=float)
    if k not in range(1, X.shape[1]):
        raise ValueError("k")
    values, vectors = np.linalg.eigh(np.cov(X, rowvar=False, bias=True))
    sigma2 = np.maximum(values[:-k].mean(), 0)
    R = np.linalg.qr(np.ones((k, k)) + np.eye(k))[0]  # any rotation will do
    return vectors[:, -k:] @ np.diag(np.sqrt(np.maximum(values[-k:] - sigma2, 0))) @ R, sigma2""",
}

TORCH = SVD | {
    "pca_autoencoder": """def pca_autoencoder(X, k):
    X = torch.as_tensor(np.asarray(X)).double()
    if not 0 < k < X.shape[1]:
        raise ValueError("k")
    V = torch.linalg.svd(X - X.mean(dim=0)).Vh.T
    return V[:, :k], V[:, :k].T""",
    "autoencoder": """class Net(torch.nn.Module):
    def __init__(self, D, K, hidden):
        super().__init__()
        nn = torch.nn
        self.encoder = nn.Sequential(nn.Linear(D, hidden), nn.Tanh(), nn.Linear(hidden, K))
        self.decoder = nn.Sequential(nn.Linear(K, hidden), nn.Tanh(), nn.Linear(hidden, D))

    def forward(self, x):
        return self.decoder(self.encoder(x))


def autoencoder(D, K, hidden):
    return Net(D, K, hidden)


def squared_error(model, x):
    return torch.nn.functional.mse_loss(model(x), x, reduction="sum") / x.shape[0]""",
    "ppca_log_likelihood": """def ppca_log_likelihood(X, W, sigma2):
    if sigma2 <= 0:
        raise ValueError("sigma2")
    X, W = torch.as_tensor(np.asarray(X)).double(), torch.as_tensor(np.asarray(W)).double()
    noise = torch.full((len(W),), float(sigma2), dtype=torch.float64)
    return torch.distributions.LowRankMultivariateNormal(X.mean(dim=0), W, noise).log_prob(X).mean()""",
}

UNCENTRED = SVD | {
    "pca_autoencoder": """def pca_autoencoder(X, k):
    X = np.asarray(X, dtype=float)
    if k < 1 or k >= X.shape[1]:
        raise ValueError("k")
    V = np.linalg.svd(X)[2].T
    return V[:, :k], V[:, :k].T""",
    "kernel_pca": """def kernel_pca(gram, k):
    gram = np.asarray(gram, dtype=float)
    if k < 1 or k >= len(gram):
        raise ValueError("k")
    values, vectors = np.linalg.eigh(gram)
    return (vectors * np.sqrt(np.clip(values, 0, None)))[:, ::-1][:, :k]""",
    "ppca_log_likelihood": """def ppca_log_likelihood(X, W, sigma2):
    if sigma2 <= 0:
        raise ValueError("sigma2")
    X, W = np.asarray(X, dtype=float), np.asarray(W, dtype=float)
    cov = W @ W.T + sigma2 * np.eye(len(W))
    squares = np.trace(np.linalg.solve(cov, X.T @ X)) / len(X)
    return -0.5 * (len(W) * np.log(2 * np.pi) + np.linalg.slogdet(cov)[1] + squares)""",
}

AS_IN_THE_NOTES = SVD | {
    "autoencoder": SVD["autoencoder"].replace(
        "torch.mean(torch.sum((x - model(x)) ** 2, dim=1))", "((x - model(x)) ** 2).mean()"
    ),
    "ppca_maximum_likelihood": SVD["ppca_maximum_likelihood"].replace("bias=True", "bias=False"),
    "linear_vae_elbo": SVD["linear_vae_elbo"].replace(" + d @ (W**2).sum(axis=0)", ""),
    "best_linear_encoder": SVD["best_linear_encoder"].replace(
        "1 / np.diag(precision)", "np.diag(np.linalg.inv(precision))"
    ),
    "squared_error_is_a_gaussian": """def gaussian_elbo():
    return -S - KL


def kl_weight():
    return sympy.Integer(1)


def best_variance():
    return S""",
    "smaller_kl": 'smaller_kl = "a"',
}

NO_WEIGHTS = {name: answer for name, answer in SVD.items() if name != "sampling_a_latent_space"}

HALF_DONE = dict(list(SVD.items())[:6])

CRASHES = SVD | {
    "kernel_pca": "def kernel_pca(gram, k)\n    return gram",
    "ppca_maximum_likelihood": "def ppca_maximum_likelihood(X, k):\n    return eigenvectors[:, :k], 1.0",
    "collapse": "def collapse(X, k, sigma2):\n    import os\n    os._exit(1)",
}


def weights(centre: bool = True, degrees: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """(encoder, decoder) as training would leave them: in the plane of the data, or `degrees` off, in coordinates of
    their own."""
    X = clouds.factors()
    directions = np.linalg.svd(X - X.mean(axis=0) if centre else X)[2].T
    basis, angle = directions[:, :2].copy(), np.radians(degrees)
    basis[:, 1] = np.cos(angle) * directions[:, 1] + np.sin(angle) * directions[:, 2]
    A = np.array([[1.3, -0.4], [0.5, 0.8]])
    return basis @ A, np.linalg.inv(A) @ basis.T


def trained(answers: Answers, centre: bool = True, degrees: float = 0.0) -> HandedIn:
    """These answers and such weights."""
    encoder, decoder = weights(centre, degrees)

    def save(path: Path) -> None:
        np.savez(path, encoder=encoder, decoder=decoder)

    return HandedIn(answers, {WEIGHTS: save})


CLASS = {
    "ada-svd": trained(SVD),
    "ben-eigh": trained(EIGH, degrees=0.5),
    "chloe-torch": trained(TORCH),
    "dana-uncentred": trained(UNCENTRED, centre=False),
    "emil-as-in-the-notes": trained(AS_IN_THE_NOTES, degrees=4.0),
    "fay-no-weights": NO_WEIGHTS,
    "gil-half-done": trained(HALF_DONE),
    "hana-blank": {},
    "ivo-crashes": trained(CRASHES),
}

if __name__ == "__main__":
    hand_in(UNIT, CLASS)
