"""Unit 09: the mutants that are no mistakes."""

CPU = "Checks run on the CPU, where arange puts its numbers by itself."
TWO_DIMENSIONS = "For a table the default dimension of a log-softmax is the last."
ZERO = "0 times the bound is 0: only slower."

PROVED = {
    "class_bounds": {"classes = torch.arange(C).repeat(N)  # (N·C,): 0 … C-1, again and again": CPU},
    "unlabelled": {"log_q = F.log_softmax(model.classify(x))  # (N, C)": TWO_DIMENSIONS},
    "ssvae_loss": {"return loss + gw * unlabelled(model, x, eps) if (gw >= 0) else loss": ZERO},
}
