# ---
# jupyter:
#   kernelspec: {display_name: Some kernel, language: python, name: somewhere}
# ---

# %% [markdown]
# # Doubling
#
# Twice $x$ is $x + x$. Ω is not ASCII.

# %% tags=["run"]
from lessons.tiny import check

# %% [markdown]
# **Exercise.** Write it as a function.


# %% solution="double"
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    twice_the_number = x + x
    return twice_the_number
    ### END SOLUTION


# %% check="double" points=3
check("double")

# %% [markdown]
# **Exercise.** Is twice a whole number even or odd?

# %% solution="parity" tags=["choice"]
parity = (
    ### BEGIN SOLUTION
    "even"
    ### END SOLUTION
)


# %% check="parity" points=0.5
check("parity")

# %% [markdown] essay="why_even" points=2
# Say why in one sentence.
#
# ### BEGIN SOLUTION
# Because $2n$ is $n + n$, so two equal halves make it up.
# ### END SOLUTION
#
# ### BEGIN RUBRIC
# - 1 point: names the two halves
# - 1 point: says that they are equal
# ### END RUBRIC

# %% essay="draw_it" points=1
points = [double(n) for n in range(4)]
### BEGIN SOLUTION
print("*" * sum(points))
### END SOLUTION
### BEGIN RUBRIC
# - 1 point: one star per unit
### END RUBRIC

# %% [markdown]
# ---

# %%

# %% [markdown]
# ---
