"""Hints for the training run. The weights are measured, so there are no mistakes to register."""

from elboroom.advice.iwae import check

check.hints(
    "train_iwae",
    "The loss is minus the bound, averaged over the batch. You have written both halves of it above.",
    "`log_weights(model, x, eps)` with eps of shape (m, N, 10), then `iwae_bound`, then the mean over the images; a "
    "loss has the sign turned.",
    "If the part about the wide net says no: is `eps` drawn with m samples, and is the mean over the samples taken "
    "inside the logarithm? `steps` in the settings cell is enough when left as it is.",
)
