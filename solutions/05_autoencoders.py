# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 05 · Autoencoders: from PCA to a linear VAE
#
# An autoencoder squeezes $x$ through a narrow place and asks for $x$ back. A variational autoencoder does the same with
# probabilities. Between the two lies a model in which everything can be computed: encoder and decoder are matrices, the
# evidence is a Gaussian density, and the bound can be *seen* to become tight while it is trained.
#
# **What you will be able to do**
#
# - build the best linear autoencoder from a singular value decomposition, and say which part of it is arbitrary;
# - train one by gradient descent and verify that it found the same plane;
# - bend the line: with a network, and with a kernel;
# - turn PCA into a density, and write its likelihood and the bound of the linear VAE;
# - say when that bound is tight, and by how many nats it misses when it isn't;
# - predict from a spectrum which latents a VAE will switch off;
# - say exactly which ELBO hides behind "squared error plus $\lambda$ times KL", and why an autoencoder's latent space
#   is a poor place to sample from.
#
# It takes about 90 minutes; the section marked ⊕ can wait for a second reading. You need unit 01 (the bound is
# reconstruction minus KL, the gap is a KL), unit 02 (KL of two diagonal Gaussians) and, for the training loops, one
# line of unit 04 ($z = \mu + \sigma\epsilon$).
#
# | Symbol | Code | Is |
# |---|---|---|
# | $x$, $D$ | `X` (N, D) | the data, one row for each example |
# | $\bar x$ | `X.mean(axis=0)` | the mean of the rows |
# | $z$, $k$ or $K$ | `k` | the code or latent, and its dimension |
# | $S$ | | the covariance $\frac1N\sum_n (x_n - \bar x)(x_n - \bar x)^\top$: with $1/N$, not $1/(N-1)$ |
# | $\lambda_1 \ge \lambda_2 \ge \dots$ | | the eigenvalues of $S$ |
# | $W$, $\sigma^2$ | `W` (D, K), `sigma2` | decoder and noise: $x\mid z \sim \mathcal N(\bar x + Wz, \sigma^2 I)$ |
# | $V$, $d$ | `V` (K, D), `d` (K,) | encoder: $q(z\mid x) = \mathcal N(V(x - \bar x), \operatorname{diag} d)$ |
#
# Conventions for all exercises with matrices. Your functions take whatever NumPy takes (integers, float32, a list, a
# tensor), turn it into float64 first (`X = np.asarray(X, dtype=float)`) and centre `X` themselves. A `k` outside
# $1 \le k < D$ and a variance that isn't positive are a `ValueError`. Likelihoods and bounds are in nats, and are means
# over the rows.

# %%
from collections import OrderedDict
from pathlib import Path

import numpy as np
import sympy
import torch
from torch.distributions import Normal, kl_divergence

from elboroom import clouds, widgets
from elboroom.checks.autoencoders import check
from elboroom.plots import autoencoders as plots
from elboroom.plots import linear_vae as vae_plots

# %% [markdown]
# ## Through the eye of a needle
#
# A linear autoencoder is two matrices. The encoder $E$ (D × k) makes a code of $k$ numbers out of a row, the decoder
# $F$ (k × D) makes a row out of the code:
#
# $$z = (x - \bar x)E, \qquad \hat x = \bar x + zF, \qquad
#   \text{error} = \sum_n \|x_n - \hat x_n\|^2 = \|X_c - X_c E F\|_F^2,$$
#
# with $X_c$ the centred data. Whatever you choose, the decoded points lie in a $k$-dimensional plane through $\bar x$.
# Which plane is best? Turn the line yourself.

# %% tags=["run"]
widgets.explore(plots.line, angle=(0.0, 180.0, 20.0))

# %% [markdown]
# The best plane is the one along which the cloud is longest. Write $X_c = U\,\mathrm{diag}(s)\,V^\top$ (a singular
# value decomposition, $s_1 \ge s_2 \ge \dots$). The plane is spanned by the first $k$ columns of $V$, and what remains
# is exactly what was cut off (Eckart & Young 1936):
#
# $$\min_{E, F}\ \|X_c - X_c E F\|_F^2 = \sum_{i > k} s_i^2 .$$
#
# *Why.* $X_c EF$ has rank at most $k$. Seen in the basis $V$, the squared length of the cloud is $s_i^2$ along
# direction $i$; a projection on $k$ dimensions can keep at most the $k$ largest of them. This is principal component
# analysis (PCA), with $\lambda_i = s_i^2/N$.
#
# *By hand.* Take the four points $(\pm2, 0)$ and $(0, \pm1)$; their mean is the origin. $s_1^2 = 8$ along the first
# axis, $s_2^2 = 2$ along the second. One latent, along the first axis, decodes $(0, \pm1)$ as the origin: the error is
# $1 + 1 = 2 = s_2^2$.
#
# *What is arbitrary.* Only the product $EF$ enters the error. For any invertible $A$ (k × k), the pair $V_kA,\
# A^{-1}V_k^\top$ is just as good: the plane is determined, the coordinates in it are not. Your pair may be any of them.
#
# **Exercise.** The best linear autoencoder. `np.linalg.svd` or `np.linalg.eigh`, as you like; mind the case of fewer
# rows than columns.

# %% solution="pca_autoencoder"
def pca_autoencoder(X, k):
    """(encoder (D, k), decoder (k, D)) with the least error on the centred X (N, D).

    ValueError unless 1 <= k < D."""
    ### BEGIN SOLUTION
    X = np.asarray(X, dtype=float)
    if not 1 <= k < X.shape[1]:
        raise ValueError("k must be at least 1 and less than the number of columns")
    _, _, Vt = np.linalg.svd(X - X.mean(axis=0))  # all D directions, even with fewer rows
    return Vt[:k].T, Vt[:k]
    ### END SOLUTION

# %% check="pca_autoencoder" points=3
check("pca_autoencoder")

# %% [markdown]
# *What can go wrong.* Lecture notes on VAEs write "given $X = USV^\top$", and nothing of the mean. Then the first
# direction is not the one along which the cloud is longest but the one that points *at* it: a line through the origin
# has to spend its one degree of freedom on getting there. Move the cloud. From which distance on has the shape of the
# cloud hardly any say in where the uncentred line points? **PCA needs centred data.**

# %% tags=["run"]
widgets.explore(plots.distance_from_the_origin, pca_autoencoder, distance=(0.0, 8.0, 6.0))

# %% [markdown]
# ## The same, learnt
#
# Nobody needs gradient descent for PCA. But every autoencoder with a bend in it is trained that way, so it is good to
# see once that training finds what algebra predicts. The error is not convex in $(E, F)$ together (swap the sign of
# both and nothing changes), yet it has no bad local minima: whatever isn't a minimum is a saddle (Baldi & Hornik 1989).
# So descent from a small random start arrives.
#
# `clouds.factors()` has 300 rows and 6 columns, with the eigenvalues 9, 4, 0.6, 0.4, 0.25 and 0.1. With two latents the
# least error per row is therefore $0.6 + 0.4 + 0.25 + 0.1 = 1.35$: watch for it.
#
# **Exercise** (training). Fill in the cell: train two matrices by gradient descent until the encoder's plane and the
# decoder's are both within one degree of PCA's and the error is within 1 % of the least. Leave them in `encoder` (6, 2)
# and `decoder` (2, 6), as NumPy arrays. Any optimiser will do; so will NumPy with gradients of your own. The cell then
# saves them to `linear_autoencoder.npz`, beside this notebook. **Hand in that file together with the notebook**:
# grading does not train, it reads the file.
#
# *A hint on where to look if it stalls.* The encoder's gradient along a direction is proportional to the variance in
# that direction. A wrong component of $E$ along a direction of variance 0.1 hurts little, and so it is unlearnt slowly.

# %% solution="train_linear_autoencoder" tags=["run"]
X = clouds.factors()
encoder = decoder = None
### BEGIN SOLUTION
start, C = np.random.default_rng(0), X - X.mean(axis=0)
encoder, decoder = 0.1 * start.normal(size=(6, 2)), 0.1 * start.normal(size=(2, 6))
for step in range(2001):
    codes = C @ encoder
    residual = codes @ decoder - C
    if step % 400 == 0:
        print(f"step {step:4d}: error per row {(residual**2).sum() / len(C):.6f}")
    by_encoder, by_decoder = C.T @ residual @ decoder.T, codes.T @ residual
    encoder, decoder = encoder - 0.04 * by_encoder / len(C), decoder - 0.04 * by_decoder / len(C)
### END SOLUTION
if encoder is not None:
    np.savez("linear_autoencoder.npz", encoder=encoder, decoder=decoder)

# %% [markdown]
# The next cell reads what you hand in. It runs in grading, too.

# %%
handed_in = Path("linear_autoencoder.npz")
linear_autoencoder = ...
if handed_in.exists():
    with np.load(handed_in) as file:
        linear_autoencoder = file["encoder"], file["decoder"]

# %% check="train_linear_autoencoder" points=2
check("train_linear_autoencoder")

# %% [markdown]
# Compare your weights with PCA's. The encoders differ, and yours differs from everybody else's; the products are one
# and the same picture. That is the invertible map $A$: the random start has chosen it.

# %% tags=["run"]
plots.two_factorisations(pca_autoencoder, linear_autoencoder)

# %% [markdown]
# ## A bend in the line
#
# A plane is a poor place for data that lie on a curve. Put a nonlinearity into encoder and decoder, and the set of
# decoded points $\{g(z)\}$ may bend: this is the autoencoder that people mean,
#
# $$\min_{f, g}\ \sum_n \|x_n - g(f(x_n))\|^2, \qquad
#   f: \mathbb R^D \to \mathbb R^K,\quad g: \mathbb R^K \to \mathbb R^D .$$
#
# *By hand.* With one hidden unit, $g(z) = \tanh(z)$ in a single coordinate, no data outside $(-1, 1)$ can be reached.
# So the last layer of each network stays linear: the tanh stands between two linear layers.
#
# **Exercise.** Two functions.
#
# - `autoencoder(D, K, hidden)` returns a new `torch.nn.Module`. Its part `encoder` is linear (D → hidden), tanh, linear
#   (hidden → K); `decoder` is linear (K → hidden), tanh, linear (hidden → D). Called with x (N, D) the module returns
#   the reconstruction (N, D). So that weights can be exchanged, their names are fixed: `encoder.0.weight`,
#   `encoder.0.bias`, `encoder.2.weight`, …, `decoder.2.bias`. (`torch.nn.Sequential` numbers its layers that way.)
# - `squared_error(model, x)` is the mean over the rows of $\|x - \hat x\|^2$, a tensor that can be differentiated.

# %% solution="autoencoder"
def autoencoder(D, K, hidden):
    """A torch.nn.Module with parts `encoder` and `decoder`; called with x it returns x̂."""
    ### BEGIN SOLUTION
    def layers(inputs, outputs):
        first, last = torch.nn.Linear(inputs, hidden), torch.nn.Linear(hidden, outputs)
        return torch.nn.Sequential(first, torch.nn.Tanh(), last)

    return torch.nn.Sequential(OrderedDict(encoder=layers(D, K), decoder=layers(K, D)))
    ### END SOLUTION


def squared_error(model, x):
    """The mean over the rows of x (N, D) of ‖x - model(x)‖², a tensor without shape."""
    ### BEGIN SOLUTION
    return ((x - model(x)) ** 2).sum(dim=1).mean()
    ### END SOLUTION

# %% check="autoencoder" points=2
check("autoencoder")

# %% [markdown]
# A training loop for the rest of the unit: Adam, with a step that shrinks to zero so that noise in the loss dies out.

# %%
def descend(loss, parameters, steps, lr, record=lambda step: None):
    """Minimises loss() by Adam; calls record(step) before each step and at the end."""
    optimiser = torch.optim.Adam(parameters, lr=lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for step in range(steps):
        record(step)
        optimiser.zero_grad()
        loss().backward()
        optimiser.step()
        schedule.step()
    record(steps)


def trained(model, X, steps=1000, lr=0.01):
    """The autoencoder after training; None while it, or its error, isn't written yet."""
    x = torch.tensor(X, dtype=torch.float32)
    if model is None or squared_error(model, x) is None:
        return None
    descend(lambda: squared_error(model, x), model.parameters(), steps, lr)
    return model


# %% [markdown]
# Three quarters of a circle, and *one* latent. PCA must choose a line. What does the network do with its one number?

# %% tags=["run"]
torch.manual_seed(0)
on_the_curve = trained(autoencoder(2, 1, 32), clouds.curve())
plots.on_a_curve(pca_autoencoder, on_the_curve)

# %% [markdown]
# The network lays its latent along the curve: a code is a position on the arc. Mind what was *not* asked for. The error
# doesn't care how fast $g$ runs along the curve, or how far the codes spread. Any smooth invertible map of the latent
# line could be slipped between encoder and decoder, as $A$ was above. We shall come back to that when we sample.
#
# ## The other way to bend: kernels
#
# Instead of bending the decoder, bend the data, then do PCA: map every row to features $\Phi(x)$, perhaps infinitely
# many, and take their principal components. It needs no features, only their inner products, the kernel $\kappa(x,
# x') = \langle\Phi(x), \Phi(x')\rangle$, in a matrix $G$ ("gram", N × N).
#
# *Why.* Let the rows of $\Phi_c$ be the centred features, $\Phi_c = U\,\mathrm{diag}(s)\,V^\top$. The coordinates of
# the rows along the principal axes are $\Phi_c V = U\,\mathrm{diag}(s)$, and
#
# $$\Phi_c\Phi_c^\top = U\,\mathrm{diag}(s^2)\,U^\top .$$
#
# So they can be read off the eigenvectors of an N × N matrix: each eigenvector times the root of its eigenvalue. And
# centring? The mean of the features is out of sight, but with $H = I - \frac1N\mathbf 1\mathbf 1^\top$ the centred
# features are $H\Phi$, and their inner products are $HGH$.
#
# *By hand.* Rows $-1, 0, 1$ with the linear kernel: $G = xx^\top$, centred already. Its one eigenvalue that isn't zero
# is $2$, with eigenvector $(-1, 0, 1)/\sqrt2$. Times $\sqrt2$ that is $(-1, 0, 1)$: the data themselves, as PCA would
# have it.
#
# **Exercise.** The scores: for each row its coordinates along the first $k$ principal axes of the features, the most
# spread-out axis first. Signs are free. Eigenvalues that should be zero may come out slightly negative.

# %% solution="kernel_pca"
def kernel_pca(gram, k):
    """(N, k): the principal scores of features with inner products gram (N, N).

    ValueError unless 1 <= k < N."""
    ### BEGIN SOLUTION
    gram = np.asarray(gram)
    N = len(gram)
    if not 1 <= k < N:
        raise ValueError("k must be at least 1 and less than the number of rows")
    H = np.eye(N) - np.ones((N, N)) / N
    values, vectors = np.linalg.eigh(H @ gram @ H)
    scores = vectors * np.sqrt(values.clip(min=0.0))
    return scores[:, ::-1][:, :k]
    ### END SOLUTION

# %% check="kernel_pca" points=3
check("kernel_pca")

# %% [markdown]
# Two rings, one inside the other, and the Gaussian kernel $\exp(-\|x - x'\|^2/2w^2)$. For which widths $w$ does the
# first component alone tell the rings apart? What does kernel PCA become when $w$ is large, and why? (Expand the
# exponential.)

# %% tags=["run"]
widgets.explore(plots.kernel, kernel_pca, width=(0.2, 4.0, 0.75))

# %% [markdown]
# Kernel PCA encodes; it has no decoder. To a point in the feature space there need not belong any $x$ at all. That, and
# the N × N matrix, is why generative models went the other way.
#
# ## A density for the plane
#
# PCA says where the plane is, but not how likely a point is. Make it a model (Tipping & Bishop 1999): draw a latent,
# decode it linearly, add noise that is the same in all directions.
#
# $$z \sim \mathcal N(0, I_k), \qquad x\mid z \sim \mathcal N(\bar x + Wz,\ \sigma^2 I_D).$$
#
# This is **probabilistic PCA**. It is a VAE's generative half, with a matrix for the decoder. (The mean of maximum
# likelihood is the mean of the rows, so we have put it in.)
#
# Since $x$ is a linear function of Gaussians it is Gaussian, with a mean and a covariance that you can write down. The
# model's covariance ought to look like the data's, $S$, but it has few means to do so: along $k$ directions it can have
# any variance it likes, as long as it is at least $\sigma^2$; along all the others it has $\sigma^2$. So
#
# - in the $k$ directions of largest variance the model matches $S$ exactly: $\|w\|^2 + \sigma^2 = \lambda$;
# - the rest is noise, and one number has to stand for $D - k$ eigenvalues: their *mean*.
#
# That is the maximum of the likelihood, $W = U_k(\Lambda_k - \sigma^2 I)^{1/2}R$, with any rotation $R$ of the latents:
# the model can't tell $z$ from $Rz$, because its prior is round.
#
# *By hand.* The four points $(\pm2, 0)$, $(0, \pm1)$ again: $\lambda = (2, \tfrac12)$. With $k = 1$:
# $\sigma^2 = \tfrac12$ and $W = (\sqrt{1.5}, 0)^\top$, or minus that. The model's covariance is $\mathrm{diag}(2,
# \tfrac12)$, with determinant 1, and the mean log likelihood is $-\tfrac12\,(2\log 2\pi + \log 1 + 2) = -2.8379$ nats.
#
# **Exercise.** The maximum of the likelihood. When eigenvalues are equal, $\lambda - \sigma^2$ can come out as
# $-10^{-17}$; its root shouldn't be `nan`.

# %% solution="ppca_maximum_likelihood"
def ppca_maximum_likelihood(X, k):
    """(W (D, k), sigma2): the most likely decoder, up to a rotation of z, and noise.

    ValueError unless 1 <= k < D."""
    ### BEGIN SOLUTION
    X = np.asarray(X, dtype=float)
    N, D = X.shape
    if not 1 <= k < D:
        raise ValueError("k must be at least 1 and less than the number of columns")
    C = X - X.mean(axis=0)
    values, vectors = np.linalg.eigh(C.T @ C / N)
    kept, discarded = values[-k:], values[:-k]
    sigma2 = discarded.mean()
    return vectors[:, -k:] * np.sqrt((kept - sigma2).clip(min=0.0)), sigma2
    ### END SOLUTION

# %% check="ppca_maximum_likelihood" points=3
check("ppca_maximum_likelihood")

# %% [markdown]
# **Exercise.** The evidence of this model, $\log p(x) = \log\int p(x\mid z)\,p(z)\,dz$, for any $W$ and $\sigma^2$: the
# mean over the rows. The integral has been done for you, above, in words. Beware of determinants: with 300 columns and
# $\sigma^2 = 10^{-3}$ a determinant can be $10^{-900}$, which floating point takes for zero.

# %% solution="ppca_log_likelihood"
def ppca_log_likelihood(X, W, sigma2):
    """The mean over the rows of log p(x), in nats; W (D, k).

    ValueError unless sigma2 > 0."""
    ### BEGIN SOLUTION
    if not sigma2 > 0:
        raise ValueError("a variance must be positive")
    X, W = np.asarray(X, dtype=float), np.asarray(W, dtype=float)
    C = X - X.mean(axis=0)
    D = len(W)
    covariance = W @ W.T + sigma2 * np.eye(D)
    _, log_determinant = np.linalg.slogdet(covariance)
    squares = (C * np.linalg.solve(covariance, C.T).T).sum(axis=1)
    return -0.5 * (D * np.log(2 * np.pi) + log_determinant + squares.mean())
    ### END SOLUTION

# %% check="ppca_log_likelihood" points=2
check("ppca_log_likelihood")

# %% [markdown]
# ## The linear VAE
#
# Now forget that the evidence is known, and do what a VAE does: bound it. The encoder is linear, its variances are the
# same for all $x$, and, as in every VAE of this course, they are independent:
#
# $$q(z\mid x) = \mathcal N\big(V(x - \bar x),\ \operatorname{diag}(d)\big), \qquad
#   \mathrm{ELBO} = \underbrace{\mathbb E_q[\log p(x\mid z)]}_{\text{reconstruction}} -
#   \mathrm{KL}\big(q(z\mid x)\,\|\,\mathcal N(0, I)\big).$$
#
# Both terms have a closed form. The KL is that of unit 02. In the reconstruction stands $\mathbb E_q\|x - \bar
# x - Wz\|^2$, and here the VAE differs from the autoencoder: $z$ is not the point $V(x - \bar x)$ but a cloud around
# it. Its noise is decoded too, each coordinate $z_j$ moving $\hat x$ along the column $w_j$, and adds $\sum_j
# d_j\|w_j\|^2$ to the error.
#
# *By hand.* Four points, $W = (\sqrt{1.5}, 0)^\top$, $\sigma^2 = \tfrac12$, and for the encoder $V = (\sqrt{1.5}/2,
# 0)$, $d = \tfrac14$ (you will soon see why). Then $WV = \mathrm{diag}(0.75, 0)$, so the decoded mean misses $x$ by
# $(0.25\,x_1, x_2)$: on average $0.0625\cdot2 + 0.5 = 0.625$. The noise adds $0.25\cdot1.5 = 0.375$; together $1$.
# Hence
#
# $$\text{reconstruction} = -\tfrac12\Big[2\log(2\pi\cdot\tfrac12) + \tfrac{1}{1/2}\Big] = -2.1447,$$
# $$\mathrm{KL} = \tfrac12\big[0.75 + 0.25 - 1 - \log\tfrac14\big] = 0.6931 ,$$
#
# and the ELBO is $-2.8379$. You have met that number: it is the log likelihood, to the last digit. **This bound is
# tight.** (And the KL is $\log 2$: the code costs one bit. What it tells of $x$ is a little less, 0.97 bits, since the
# codes of these four points together are not distributed quite as the prior is.)
#
# **Exercise.** The bound for any $W, \sigma^2, V, d$: the mean over the rows. No sampling.

# %% solution="linear_vae_elbo"
def linear_vae_elbo(X, W, sigma2, V, d):
    """The mean over the rows of the ELBO, in nats; W (D, K), V (K, D), d (K,).

    ValueError unless sigma2 > 0 and all d > 0."""
    ### BEGIN SOLUTION
    X, W, V, d = (np.asarray(each, dtype=float) for each in (X, W, V, d))
    if not (sigma2 > 0 and np.all(d > 0)):
        raise ValueError("variances must be positive")
    C = X - X.mean(axis=0)
    mean = C @ V.T  # (N, K)
    error = ((C - mean @ W.T) ** 2).sum(axis=1) + (d * (W**2).sum(axis=0)).sum()
    reconstruction = -0.5 * (len(W) * np.log(2 * np.pi * sigma2) + error / sigma2)
    kl = 0.5 * (mean**2 + d - 1 - np.log(d)).sum(axis=1)
    return (reconstruction - kl).mean()
    ### END SOLUTION

# %% check="linear_vae_elbo" points=3
check("linear_vae_elbo")

# %% [markdown]
# ## How tight can it be?
#
# The gap is $\mathrm{KL}(q(z\mid x)\,\|\,p(z\mid x))$. Here the posterior is known. Its log density is, up to a
# constant, $-\tfrac1{2\sigma^2}\|x - \bar x - Wz\|^2 - \tfrac12\|z\|^2$: complete the square, and with
#
# $$M = W^\top W + \sigma^2 I \quad (K \times K), \qquad
#   p(z\mid x) = \mathcal N\big(M^{-1}W^\top(x - \bar x),\ \sigma^2M^{-1}\big).$$
#
# The mean is linear in $x$, so $V = M^{-1}W^\top$ hits it for all $x$ at once. (Compare with PCA: the noise *shrinks*
# the codes towards 0.) The covariance is the same for all $x$, but $q$ can only have it if it is diagonal. Otherwise,
# which $d$ is best? For a Gaussian with precision $\Lambda$, and $q = \mathcal N(0, \operatorname{diag} d)$ about the
# same mean,
#
# $$\mathrm{KL}(q\,\|\,p) = \tfrac12\Big[\sum_j \Lambda_{jj} d_j - K - \sum_j \log d_j - \log|\Lambda|\Big] :$$
#
# each $d_j$ stands alone. Put $\Lambda = M/\sigma^2$ and differentiate.
#
# *By hand.* $W$ with orthogonal columns of squared lengths 3.91 and 0.91, $\sigma^2 = 0.09$: $M = \mathrm{diag}(4, 1)$,
# so $d = (0.0225, 0.09)$.
#
# **Exercise.** The best encoder for a given decoder. *What can go wrong:* the diagonal of the posterior's covariance is
# the obvious guess for $d$, and it isn't the best. KL(q‖p) punishes a $q$ that puts mass where $p$ has none; so $q$
# fits *inside*.

# %% solution="best_linear_encoder"
def best_linear_encoder(W, sigma2):
    """(V (K, D), d (K,)) with the highest ELBO for this W (D, K) and sigma2.

    ValueError unless sigma2 > 0."""
    ### BEGIN SOLUTION
    if not sigma2 > 0:
        raise ValueError("the noise must have a positive variance")
    W = np.asarray(W, dtype=float)
    M = W.T @ W + sigma2 * np.eye(W.shape[1])
    return np.linalg.solve(M, W.T), sigma2 / np.diag(M)
    ### END SOLUTION

# %% check="best_linear_encoder" points=2
check("best_linear_encoder")

# %% [markdown]
# With the best $d$ the sum $\sum_j\Lambda_{jj}d_j - K$ vanishes, and of the KL remains a comparison between a
# determinant and the product of a diagonal. By Hadamard's inequality it is never negative, and it is zero exactly when
# $M$ is diagonal, that is, when **the columns of $W$ are orthogonal**.
#
# *By hand.* Turn the latents of the last example by 45°. The likelihood doesn't notice. But now both diagonal entries
# of $M$ are 2.5 and its determinant is still 4: the gap is $\tfrac12\log\tfrac{2.5\cdot2.5}{4} = 0.2231$ nats.
#
# **Exercise.** The gap of the best encoder, in nats. It depends on $W$ and $\sigma^2$ only, not on $x$.

# %% solution="linear_vae_gap"
def linear_vae_gap(W, sigma2):
    """log p(x) - ELBO at the best encoder, in nats, for W (D, K).

    ValueError unless sigma2 > 0."""
    ### BEGIN SOLUTION
    if not sigma2 > 0:
        raise ValueError("noise without variance has no density")
    W = np.asarray(W, dtype=float)
    M = W.T @ W + sigma2 * np.eye(W.shape[1])
    _, log_determinant = np.linalg.slogdet(M)
    return 0.5 * (np.log(np.diag(M)).sum() - log_determinant)
    ### END SOLUTION

# %% check="linear_vae_gap" points=2
check("linear_vae_gap")

# %% [markdown]
# Turn the latents. To the model $p$ all these $W$ are the same; only $q$ can tell them apart, because $q$ has a
# preferred set of axes: its own. This is the whole reason why a VAE's latents often line up with something one can
# name. (Whether the axes *mean* something is another question; here they are the principal axes, because those are
# orthogonal.)

# %% tags=["run"]
model = ppca_maximum_likelihood(clouds.pancake(), 2)
answers = (best_linear_encoder, linear_vae_gap)
widgets.explore(vae_plots.turned, model, *answers, angle=(0.0, 180.0, 30.0))

# %% [markdown]
# ## Watch a bound become tight
#
# Enough algebra: train it. Below is an honest VAE, in miniature. It knows no eigenvalue; it draws
# $z = \mu + \sigma\epsilon$ (unit 04), estimates the ELBO with one sample for each row, and follows the gradient. The
# data are flat in three dimensions (eigenvalues 4, 1 and 0.09), and there are two latents.
#
# Before you run it, predict: which plane will $W$ span? How long will its columns be, and at what angle to each other?
# What will $\sigma^2$ be, and how large will the gap be in the end?

# %% tags=["run"]
torch.manual_seed(3)
x = torch.tensor(clouds.pancake(), dtype=torch.float32)
W = torch.tensor([[0.3, -0.2], [0.3, 0.5], [-0.9, -0.6]], requires_grad=True)
V = (0.1 * torch.randn(2, 3)).requires_grad_()
log_d, log_sigma2 = torch.zeros(2, requires_grad=True), torch.zeros((), requires_grad=True)
path = []


def negative_elbo():
    mu = x @ V.T
    z = mu + torch.exp(log_d / 2) * torch.randn_like(mu)
    decoded = Normal(z @ W.T, torch.exp(log_sigma2 / 2))
    q = Normal(mu, torch.exp(log_d / 2).expand_as(mu))
    kl = kl_divergence(q, Normal(0.0, 1.0)).sum(dim=1)
    return (kl - decoded.log_prob(x).sum(dim=1)).mean()


def remember(step):
    if step in (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90) or step % 100 == 0:
        now = [W, log_sigma2.exp(), V, log_d.exp()]
        W_now, sigma2, V_now, d = (each.detach().numpy().astype(float) for each in now)
        path.append((step, W_now, float(sigma2), V_now, d))


descend(negative_elbo, [W, V, log_d, log_sigma2], steps=1500, lr=0.02, record=remember)
_, W_now, sigma2, _, _ = path[-1]
print("squared lengths of the columns:", (W_now**2).sum(axis=0).round(3), "  σ² =", round(sigma2, 4))

# %% [markdown]
# Drag `progress` from 0 to 1. Green is PCA, with its axes drawn as long as probabilistic PCA has them; orange is the
# VAE. On the right are your functions, evaluated along the way: the evidence $\log p(x)$ of the model as it is, and its
# bound.
#
# - In the first thirty steps the encoder catches up with the decoder: the gap falls from a nat to a tenth, although the
#   plane is still almost perpendicular to PCA's.
# - Up to step 100 the plane turns. Most of the gap is now of the other kind: the columns of $W$ are tilted against each
#   other, and *no* diagonal $q$ would be tight (blue). So the bound turns the latents, too.
# - From step 200 on the blue line is nothing. The columns lie on the principal axes; what is left to learn is the
#   noise. The gap that still flickers is the encoder, shaken by the noise in the gradient.
# - In the end the gap is below a thousandth of a nat, and the evidence is that of maximum likelihood, to four digits.
#   Nothing told the VAE to look for eigenvectors. The bound did.

# %% tags=["run"]
answers = (linear_vae_elbo, ppca_log_likelihood, linear_vae_gap)
widgets.explore(vae_plots.planes, path, model, *answers, progress=(0.0, 1.0, 1.0))

# %% [markdown]
# That the bound's own optimum is a maximum of the likelihood is a property of *this* model: among the many best $W$
# there is one with orthogonal columns, so the bound loses nothing by insisting on it. In unit 03 there was no such
# luck, and the top of the bound was elsewhere.
#
# ## Latents that switch off ⊕
#
# Practitioners report that a VAE sometimes ignores some or all of its latents: *posterior collapse*. It is often blamed
# on the bound, or on a decoder that is too strong. The linear VAE says something simpler (Lucas et al. 2019). Hold the
# noise $\sigma^2$ fixed, as people do when they choose a squared error and a weight, and maximise over $W$. The
# condition $\|w_j\|^2 + \sigma^2 = \lambda_j$ can be met as long as $\lambda_j > \sigma^2$. Below that, even $w_j = 0$
# leaves the model more variance than the data have, and zero is the best:
#
# $$\|w_j\|^2 = \max(\lambda_j - \sigma^2,\ 0).$$
#
# A latent whose eigenvalue falls under the noise switches off, *at the maximum of the likelihood itself*. Its $q$ is
# then the prior, and its KL is zero. (That KL is $\tfrac12\log(\lambda_j/\sigma^2)$ while it is on. Readers of Shannon
# will recognise the rate of a Gaussian source, and "reverse water-filling".)
#
# *By hand.* The four points, $\lambda = (2, \tfrac12)$: with $\sigma^2 = 1$ the first column has squared length 1, and
# a second one would have none.
#
# **Exercise.** The squared lengths of the columns of the best $W$ (with orthogonal columns) for fixed noise, longest
# first.

# %% solution="collapse"
def collapse(X, k, sigma2):
    """(k,): the squared column lengths of the most likely W (D, k), the longest first.

    ValueError unless 1 <= k < D and sigma2 > 0."""
    ### BEGIN SOLUTION
    X = np.asarray(X, dtype=float)
    if not (1 <= k < X.shape[1] and sigma2 > 0):
        raise ValueError("k must lie between 1 and D - 1, and the noise must be positive")
    C = X - X.mean(axis=0)
    values = np.linalg.eigvalsh(C.T @ C / len(X))
    return (values[::-1][:k] - sigma2).clip(min=0.0)
    ### END SOLUTION

# %% check="collapse" points=2
check("collapse")

# %% [markdown]
# Raise the water. Which latent drowns first? And what would a VAE do that may *learn* its $\sigma^2$, with as many
# latents as you give it?

# %% tags=["run"]
widgets.explore(vae_plots.switching_off, collapse, noise=(0.05, 5.0, 0.6))

# %% [markdown]
# ## Squared error is a Gaussian
#
# The same lecture notes write the VAE objective as "squared error plus $\lambda$ KL", to be minimised, and say that
# with $p(x\mid z) = \mathcal N(\hat x, \sigma^2 I)$ "the ELBO becomes" this, with $\ell = \|x - \hat x\|^2$. Almost.
# Four things are missing: the sign, a factor, a constant, and the expectation over $q$. From here on $S$ is no longer
# the covariance but $\mathbb E_q\|x - \hat x\|^2$, the error that you computed above, noise included.
#
# *By hand.* In one dimension, $D = 1$, with $\sigma = 1$: $\log\mathcal N(x; \hat x, 1) = -\tfrac12\log
# 2\pi - \tfrac12(x - \hat x)^2$. So the ELBO is $-\tfrac12 S - \mathrm{KL}$ up to a constant, and in it a nat of KL
# costs as much as *two* units of squared error. Not one.
#
# **Exercise.** Three formulas, in the symbols of the cell.
#
# - `gaussian_elbo()`: the ELBO in terms of $S$, KL, $D$ and $\sigma$, with all its constants.
# - `kl_weight()`: the $\lambda$ for which minimising $S + \lambda\,\mathrm{KL}$ *is* maximising the ELBO, for fixed
#   $\sigma$.
# - `best_variance()`: if $\sigma$ is learnt as well, the constant is no constant. The $\sigma^2$ that maximises the
#   ELBO for given $S$, KL and $D$.

# %%
S, KL, D, sigma = sympy.symbols("S KL D sigma", positive=True)

# %% solution="squared_error_is_a_gaussian"
def gaussian_elbo():
    """The ELBO of a decoder N(x̂, σ²I), in S, KL, D and sigma."""
    ### BEGIN SOLUTION
    reconstruction = -S / (2 * sigma**2) - D / 2 * sympy.log(2 * sympy.pi * sigma**2)
    return reconstruction - KL
    ### END SOLUTION


def kl_weight():
    """The λ of S + λ KL, in sigma."""
    ### BEGIN SOLUTION
    return 2 * sigma**2
    ### END SOLUTION


def best_variance():
    """The best σ², in S and D."""
    ### BEGIN SOLUTION
    return S / D
    ### END SOLUTION

# %% check="squared_error_is_a_gaussian" points=2
check("squared_error_is_a_gaussian")

# %% [markdown]
# So $-2\sigma^2\,\mathrm{ELBO} = S + 2\sigma^2\,\mathrm{KL} + D\sigma^2\log 2\pi\sigma^2$: choosing $\lambda$ *is*
# choosing the noise. Whoever writes squared error plus KL, with $\lambda = 1$, has said $\sigma^2 = \tfrac12$, whatever
# the scale of the data; and by the last section has also said which latents will collapse. Put the best
# $\sigma^2 = S/D$ in, and what is left to minimise is $\tfrac D2\log S + \mathrm{KL}$: a *logarithm* of the error,
# which never stops asking for more.
#
# ## What comes out of a latent space?
#
# To generate, draw $z \sim \mathcal N(0, I)$ and decode it. Any decoder $g$ can be asked to; the result is the
# *pushforward* of the prior through $g$. Two crescents in the plane, and two latents. First an autoencoder, with the
# code that you wrote:

# %% tags=["run"]
crescents = torch.tensor(clouds.moons(), dtype=torch.float32)
torch.manual_seed(0)
plain = trained(autoencoder(2, 2, 64), clouds.moons(), lr=0.005)
plain_codes = plain_samples = None
if plain is not None:
    with torch.no_grad():
        plain_codes = plain.encoder(crescents)
        plain_samples = plain.decoder(torch.randn(400, 2))

# %% [markdown]
# Then a VAE out of the same parts: the encoder of an autoencoder with four outputs (a mean and a log variance for each
# of two latents), the decoder of one with two; $\sigma^2$ is learnt.

# %% tags=["run"]
torch.manual_seed(0)
with_encoder, with_decoder = autoencoder(2, 4, 64), autoencoder(2, 2, 64)
log_noise = torch.tensor(-3.0, requires_grad=True)
vae_codes = vae_samples = None


def sampled_codes():
    mean, log_var = with_encoder.encoder(crescents).chunk(2, dim=1)
    return mean, log_var, mean + torch.exp(log_var / 2) * torch.randn_like(mean)


def nelbo():
    mean, log_var, z = sampled_codes()
    missed = ((crescents - with_decoder.decoder(z)) ** 2).sum(dim=1)
    nats = (mean**2 + log_var.exp() - 1 - log_var).sum(dim=1)
    return ((missed / log_noise.exp() + nats) / 2 + log_noise + np.log(2 * np.pi)).mean()


if with_encoder is not None:
    learnt = [with_encoder.encoder, with_decoder.decoder]
    weights = [weight for half in learnt for weight in half.parameters()]
    descend(nelbo, [*weights, log_noise], steps=2200, lr=0.01)
    with torch.no_grad():
        vae_codes, vae_samples = sampled_codes()[2], with_decoder.decoder(torch.randn(400, 2))
        print(f"squared error of the VAE:         {2 * log_noise.exp():.6f}")
        if plain is not None:
            print(f"squared error of the autoencoder: {squared_error(plain, crescents):.6f}")
plots.latent_spaces(plain_codes, plain_samples, vae_codes, vae_samples)

# %% [markdown]
# The autoencoder reconstructs more than a hundred times better (two numbers in, two through, two out: it has all but
# learnt the identity; the VAE's error is $S = D\sigma^2$). As a generator it is useless.
#
# **Exercise.** Lecture notes explain the KL term so: "the smaller the KL divergence is, the closer this sampling has to
# approximate the training distribution". Which comment would you sign?
#
# - **a** Right: with KL = 0 the codes of the data are distributed as $\mathcal N(0, I)$, which is just what one samples
#   from.
# - **b** Right, provided that the decoder is flexible enough: it can turn $\mathcal N(0, I)$ into any distribution.
# - **c** Wrong: the KL should be as *large* as possible, since it is what the code tells of $x$.
# - **d** Wrong: an encoder that says $\mathcal N(0, I)$ whatever $x$ is has KL = 0; all the decoder can do then is to
#   decode every $z$ as the mean.
# - **e** Wrong, but only because of the direction: with $\mathrm{KL}(p\,\|\,q)$ in place of $\mathrm{KL}(q\,\|\,p)$ it
#   would be right.
#
# Assign the letter to `smaller_kl`, as in `smaller_kl = "a"`. It is recorded now and marked in grading.

# %% solution="smaller_kl"
### BEGIN SOLUTION
smaller_kl = "d"
### END SOLUTION

# %% check="smaller_kl" points=1
check("smaller_kl")

# %% [markdown] essay="sampling_a_latent_space" points=4
# **Why do VAEs tend to generate better than autoencoders?** In ten to fifteen lines, with reference to the four panels
# above: (1) Where do the codes of an autoencoder lie, and what in its objective determines that? (2) What is $g(z)$
# where no code of the data is near, and why does the autoencoder not care? (3) What do the two terms of the ELBO each
# do about this? (4) Name a price that the VAE pays, and one remedy for an autoencoder that has already been trained.
#
# ### BEGIN SOLUTION
# (1) On the left of the upper row the codes lie on two curves with nothing in between. Nothing in the squared error
# decides where: any invertible map of the latent space between encoder and decoder leaves it unchanged, so position,
# scale and shape of the set of codes are an accident of initialisation and training. In particular nobody asked them to
# look like $\mathcal N(0, I)$.
#
# (2) Where there are no codes, $g$ has never been evaluated in training and no gradient has ever acted on it. Its value
# is whatever the network extrapolates: here something close to the identity, so the samples fill the plane. Draws from
# $\mathcal N(0, I)$ fall into these holes most of the time. The autoencoder is only ever scored on the codes of data,
# so it can't care.
#
# (3) The KL pulls each $q(z\mid x)$ towards the prior, so the codes fill the region that will be sampled from, and
# their variances stay positive. The reconstruction, an expectation over $q$, then asks that the decoder be right on a
# whole neighbourhood of each mean. Neighbourhoods that overlap must decode to similar points. Together: few holes under
# the prior, and a smooth $g$ there. Either term alone fails (without KL: the autoencoder; without reconstruction: a
# constant encoder).
#
# (4) Reconstructions are blurred: with noise on the codes and overlapping neighbourhoods the decoder returns averages;
# latents below the noise are lost; some samples still fall between the crescents, since a continuous image of a
# Gaussian can't have a gap. For a trained autoencoder one can fit a density to its codes afterwards (a Gaussian
# mixture, say) and sample from that instead of from $\mathcal N(0, I)$.
# ### END SOLUTION
#
# ### BEGIN RUBRIC
# - **1 point**: the codes' distribution is not constrained by the squared error (invariance under invertible maps, or
#   an equivalent argument), so it need not match the prior. Half a point for "the latent space is not regularised"
#   alone.
# - **1 point**: holes: $g$ is untrained away from the codes, and the objective never evaluates it there; the upper
#   right panel is used as evidence.
# - **1 point**: both terms of the ELBO are given their role: the KL fills the prior's region, the expectation over $q$
#   makes the decoder smooth. Half a point if only the KL is mentioned.
# - **1 point**: a price (blur, worse reconstruction, lost latents, samples between the crescents) and a remedy (fit a
#   density to the codes, add noise to the codes or penalise them in training, another prior). Half a point each.
# ### END RUBRIC

# %% [markdown]
# ## What can go wrong
#
# - **Not centring.** The first direction points at the cloud. A bias in the layers, or the mean, must do what
#   directions can't.
# - **$1/N$ or $1/(N-1)$.** Maximum likelihood has $1/N$; `np.cov` has the other by default.
# - **Determinants** under- and overflow; log determinants don't.
# - **Reading meaning into coordinates** that the objective leaves free: an autoencoder's up to any invertible map,
#   probabilistic PCA's up to a rotation. A VAE's diagonal $q$ fixes them, for reasons that have nothing to do with
#   meaning.
# - **A small gap is not a good model, a small KL is not a good sampler, a small error is not a generator.**
#
# ## Where it comes from
#
# - Autoencoders, PCA as the linear case, and the objective with squared error: lecture notes, CSCI 5525, University of
#   Minnesota, 2020, lectures 22 and 23 (here corrected in three places: data must be centred; the objective is
#   $-2\sigma^2$ times the ELBO, up to a constant, with $\lambda = 2\sigma^2$; a smaller KL alone doesn't make better
#   samples).
# - The question why VAEs generate better: assignment, CPSC 440/540, University of British Columbia, 2022, short
#   answer 1.
# - C. Eckart and G. Young, *The approximation of one matrix by another of lower rank*, Psychometrika, 1936.
# - P. Baldi and K. Hornik, *Neural networks and principal component analysis*, Neural Networks, 1989.
# - B. Schölkopf, A. Smola and K.-R. Müller, *Nonlinear component analysis as a kernel eigenvalue problem*, 1998.
# - M. Tipping and C. Bishop, *Probabilistic principal component analysis*, J. R. Statist. Soc. B, 1999.
# - J. Lucas, G. Tucker, R. Grosse and M. Norouzi, *Don't blame the ELBO! A linear VAE perspective on posterior
#   collapse*, NeurIPS 2019.
#
# Next, unit 06: the same objective with networks for both halves, on pictures of digits.
