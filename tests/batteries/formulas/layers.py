"""Layers, batches and losses: softmax, cross-entropy, logistic regression, two layers, Kronecker products."""

import numpy as np

from tests.batteries.formulas.family import Family, diag

GENERIC = {"functions": {"sigma": "generic"}}
SOFTMAX = {"z": "K 1", "s": "K 1"}
OF_SOFTMAX = {"computed": {"s": "softmax(z)"}}
LOGISTIC = {"w": "D 1", "x": "D 1", "b": "scalar", "t": "scalar", "p": "scalar"}
TWO = {
    "W1": "H D",
    "b1": "H 1",
    "W2": "K H",
    "b2": "K 1",
    "x": "D 1",
    "t": "K 1",
    "a1": "H 1",
    "z": "H 1",
    "yhat": "K 1",
}
OF_TWO = {**GENERIC, "computed": {"a1": "W1 x + b1", "z": "sigma(a1)", "yhat": "W2 z + b2"}}


def soft(z):
    weights = np.exp(z - z.max())
    return weights / weights.sum()


def back(W2, yhat, t, a1, slope):
    return (W2.T @ (2 * (yhat - t))) * slope(a1)


LAYERS = (
    Family(
        "batch-perceptron",
        {"X": "B D", "W": "N D", "b": "N 1"},
        "sigma(X W^T + ones b^T)",
        lambda X, W, b, sigma: sigma(X @ W.T + b.T),
        (
            "σ(X W^T + 1_B b^T)",
            "σ(X W^T + ones_B b')",
            "sigma(X@W.T + ones(B) b.T)",
            "σ((W X^T + b 1^T)^T)",
            "(σ(W X^T + b 1^T))^T",
            r"\sigma(X W^\top + \mathbf{1} b^\top)",
            "σ(ones b^T + X W')",
            r"\sigma(\mathbf X\mathbf W^{\top} + \mathbf 1_B \mathbf b^{\top})",
        ),
        (
            (lambda X, W, b, sigma: sigma(X @ W.T), "σ(X W^T)"),
            (lambda X, W, b, sigma: sigma(X @ W.T + b.T).T, "σ(W X^T + b 1^T)"),
            (lambda X, W, b: X @ W.T + b.T, "X W^T + ones b^T"),
            (lambda X, W, b, sigma: sigma.slope(X @ W.T + b.T), "σ'(X W^T + ones b^T)"),
            (lambda X, W, b, sigma: sigma(X @ W.T) + b.T, "σ(X W^T) + ones b^T"),
            (lambda X, W, b, sigma: sigma(X @ W.T - b.T), "σ(X W^T - ones b^T)"),
        ),
        GENERIC,
    ),
    Family(
        "softmax-jacobian",
        SOFTMAX,
        "diag(s) - s s^T",
        lambda z: diag(soft(z)) - soft(z) @ soft(z).T,
        (
            "diag(s) - s s^T",
            "diag[s] − s sᵀ",
            "diag(s) - s s'",
            "np.diag(s) - s@s.T",
            r"\operatorname{diag}(\mathbf{s}) - \mathbf{s}\mathbf{s}^\top",
            "diag(s) (I - ones s^T)",
            "-s s^T + diag(s)",
            "(I - s 1^T) diag(s)",
            "diag(softmax(z)) - softmax(z) softmax(z)^T",
            "diag(exp(z)/sum(exp(z))) - s s^T",
            "I ⊙ (s 1^T) - s s^T",
            "sum_k s_k (e_k e_k^T - e_k s^T)",
        ),
        (
            (lambda z: diag(soft(z) * (1 - soft(z))), "diag(s ⊙ (1 - s))", "diag(s - s.^2)"),
            (lambda z: soft(z) * (1 - soft(z)), "s ⊙ (1 - s)"),
            (lambda z: diag(soft(z)), "diag(s)"),
            (lambda z: -soft(z) @ soft(z).T, "-s s^T"),
            (lambda z: diag(soft(z)) + soft(z) @ soft(z).T, "diag(s) + s s^T"),
            (lambda z: soft(z) @ soft(z).T - diag(soft(z)), "s s^T - diag(s)"),
            (lambda z: diag(soft(z)) - float(np.sum(soft(z) ** 2)) * np.eye(len(z)), "diag(s) - s^T s I"),
            (lambda z: diag(z) - z @ z.T, "diag(z) - z z^T"),
        ),
        OF_SOFTMAX,
    ),
    Family(
        "softmax-jacobian-entry",
        SOFTMAX,
        "s_i (delta_{ij} - s_j)",
        lambda z, i, j: float(soft(z)[i, 0] * ((i == j) - soft(z)[j, 0])),
        (
            "s_i (δ_{ij} - s_j)",
            "s_i δ_{ij} - s_i s_j",
            "s_j (δ_{ij} - s_i)",
            r"s_i(\delta_{ij} - s_j)",
            "δ_ij s_i - s_i s_j",
            "diag(s)_{ij} - s_i s_j",
            "(diag(s) - s s^T)_{i,j}",
            "s_i (I_K)_{ij} - s_i s_j",
        ),
        (
            (lambda z, i: float(soft(z)[i, 0] * (1 - soft(z)[i, 0])), "s_i (1 - s_i)"),
            (lambda z, i, j: float(-soft(z)[i, 0] * soft(z)[j, 0]), "-s_i s_j"),
            (lambda z, i, j: float(soft(z)[i, 0] * ((i == j) + soft(z)[j, 0])), "s_i (δ_{ij} + s_j)"),
            (lambda z, i, j: float(soft(z)[i, 0] * (1 - soft(z)[j, 0])), "s_i (1 - s_j)"),
            (lambda z, i, j: float(i == j) - float(soft(z)[j, 0]), "δ_{ij} - s_j"),
        ),
        {**OF_SOFTMAX, "indices": {"i": "K", "j": "K"}},
    ),
    Family(
        "softmax-cross-entropy-gradient",
        {**SOFTMAX, "t": "K 1"},
        "s - t",
        lambda z, t: soft(z) - t,
        (
            "s - t",
            "-t + s",
            "-(t - s)",
            "softmax(z) - t",
            "exp(z)/sum(exp(z)) - t",
            r"\mathbf{s}-\mathbf{t}",
            "s sum(t) - t",
            "s (1^T t) - t",
            "(s^T - t^T)^T",
            "-(diag(s) - s s^T) (t ./ s)",
        ),
        (
            (lambda z, t: t - soft(z), "t - s"),
            (lambda z, t: -t / soft(z), "-t ./ s", "-(t ./ s)"),
            (lambda z: soft(z), "s", "softmax(z)"),
            (lambda z, t: z - t, "z - t"),
            (lambda z, t: (soft(z) - t).T, "(s - t)^T", "s^T - t^T"),
            (lambda z, t: -t * (1 - soft(z)), "-t ⊙ (1 - s)"),
            (lambda z, t: float(-np.sum(t * np.log(soft(z)))), "-t^T ln(s)", "-sum_k t_k ln(s_k)"),
        ),
        {**OF_SOFTMAX, "domains": {"t": "one-hot"}},
    ),
    Family(
        "logistic-regression-gradient",
        LOGISTIC,
        "(p - t) x",
        lambda w, x, b, t: (1 / (1 + np.exp(-((w.T @ x).item() + b))) - t) * x,
        (
            "(p - t) x",
            "(p-t)x",
            "p x - t x",
            "x (p - t)",
            "x * (p - t)",
            "(σ(w^T x + b) - t) x",
            "(σ(⟨w, x⟩ + b) - t) x",
            "(1/(1 + exp(-w^T x - b)) - t) x",
            r"\left(\frac{1}{1+e^{-(w^\top x + b)}} - t\right) x",
            "-(t - p) x",
            "(p - t) I x",
            "(sigmoid(sum_d w_d x_d + b) - t) x",
        ),
        (
            (lambda p, x, t: (t - p) * x, "(t - p) x"),
            (lambda p, t: p - t, "p - t"),
            (lambda p, x, t: (p - t) * p * (1 - p) * x, "(p - t) p (1 - p) x"),
            (lambda p, w, t: (p - t) * w, "(p - t) w"),
            (lambda p, x, t: (p - t) * x.T, "(p - t) x^T"),
            (lambda p, x: p * x, "p x"),
            (lambda p, x, t: (p - t) / (p * (1 - p)) * x, "((p - t)/(p (1 - p))) x"),
            (lambda w, x, b, t: ((w.T @ x).item() + b - t) * x, "(w^T x + b - t) x"),
        ),
        {"functions": {"sigma": "sigmoid"}, "domains": {"t": "label"}, "computed": {"p": "sigma(w^T x + b)"}},
    ),
    Family(
        "two-layer-backprop",
        TWO,
        "((W2^T (2 (yhat - t))) ⊙ sigma'(a1)) x^T",
        lambda W2, yhat, t, a1, x, sigma: back(W2, yhat, t, a1, sigma.slope) @ x.T,
        (
            "((W2^T (2 (yhat - t))) ⊙ σ'(a1)) x^T",
            "(2 W2^T (ŷ - t) ⊙ σ'(a1)) x^T",
            "2 (W₂ᵀ(ŷ−t) ⊙ σ'(a₁)) xᵀ",
            "2 diag(σ'(a1)) W2^T (yhat - t) x^T",
            "2*diag(sigma'(W_1 x + b_1))*W_2.T*(y_hat - t)*x.T",
            r"2\,\mathrm{diag}[\sigma'(a_1)]\,W_2^\top(\hat{y}-t)\,x^\top",
            "2 diag(σ'(a1)) W2^T (W2 z + b2 - t) x^T",
            "(x (2 (ŷ - t)^T W2 diag(σ'(a_1))))^T",
            "2 (σ'(a1) x^T) ⊙ (W2^T (yhat - t) 1^T)",
            "(2 (yhat - t)^T W2 diag(σ'(a1)))^T x^T",
        ),
        (
            (
                lambda W2, yhat, t, a1, x, sigma: (back(W2, yhat, t, a1, sigma.slope) @ x.T).T,
                "2 x ((W2^T (yhat - t)) ⊙ σ'(a1))^T",
            ),
            (lambda W2, yhat, t, x: W2.T @ (2 * (yhat - t)) @ x.T, "2 W2^T (yhat - t) x^T"),
            (
                lambda W2, yhat, t, a1, x, sigma: back(W2, yhat, t, sigma(a1), sigma.slope) @ x.T,
                "2 (W2^T (yhat - t) ⊙ σ'(z)) x^T",
            ),
            (
                lambda W2, yhat, t, a1, x, sigma: back(W2, yhat, t, a1, sigma) @ x.T,
                "2 (W2^T (yhat - t) ⊙ σ(a1)) x^T",
                "2 (W2^T (ŷ - t) ⊙ z) x^T",
            ),
            (
                lambda W2, yhat, t, a1, x, sigma: back(W2, yhat, t, a1, sigma.slope) @ x.T / 2,
                "(W2^T (yhat - t) ⊙ σ'(a1)) x^T",
            ),
            (
                lambda W2, yhat, t, a1, x, sigma: -back(W2, yhat, t, a1, sigma.slope) @ x.T,
                "2 (W2^T (t - yhat) ⊙ σ'(a1)) x^T",
            ),
            (lambda W2, yhat, t, a1, sigma: back(W2, yhat, t, a1, sigma.slope), "2 W2^T (yhat - t) ⊙ σ'(a1)"),
            (lambda yhat, t, a1, sigma: 2 * (yhat - t) @ sigma(a1).T, "2 (yhat - t) z^T"),
            (
                lambda W1, W2, yhat, t, a1, sigma: W1.T @ back(W2, yhat, t, a1, sigma.slope),
                "2 W1^T (W2^T (yhat - t) ⊙ σ'(a1))",
            ),
        ),
        OF_TWO,
    ),
    Family(
        "two-layer-dr-dx",
        TWO,
        "2 (yhat - t)^T W2 diag(sigma'(a1)) W1",
        lambda W1, W2, yhat, t, a1, sigma: back(W2, yhat, t, a1, sigma.slope).T @ W1,
        (
            "2 (yhat - t)^T W2 diag(σ'(a1)) W1",
            "2 (ŷ - t)' W_2 diag[σ'(a_1)] W_1",
            "(W1^T (W2^T (2 (yhat - t)) ⊙ σ'(a1)))^T",
            "2 (W2^T (ŷ-t) ⊙ σ'(a1))^T W1",
            "2 (W2 z + b2 - t)^T W2 diag(σ'(W1 x + b1)) W1",
            r"2(\hat{\mathbf y} - \mathbf t)^\top \mathbf W_2\,\operatorname{diag}[\sigma'(\mathbf a_1)]\,\mathbf W_1",
        ),
        (
            (
                lambda W1, W2, yhat, t, a1, sigma: W1.T @ back(W2, yhat, t, a1, sigma.slope),
                "2 W1^T (W2^T (yhat - t) ⊙ σ'(a1))",
            ),
            (lambda W1, W2, yhat, t: 2 * (yhat - t).T @ W2 @ W1, "2 (yhat - t)^T W2 W1"),
            (
                lambda W1, W2, yhat, t, a1, sigma: back(W2, yhat, t, a1, sigma.slope).T @ W1 / 2,
                "(yhat - t)^T W2 diag(σ'(a1)) W1",
            ),
            (
                lambda W1, W2, yhat, t, a1, sigma: back(W2, yhat, t, sigma(a1), sigma.slope).T @ W1,
                "2 (yhat - t)^T W2 diag(σ'(z)) W1",
            ),
            (lambda W2, yhat, t, a1, sigma: back(W2, yhat, t, a1, sigma.slope).T, "2 (yhat - t)^T W2 diag(σ'(a1))"),
            (lambda W1, W2, a1, sigma: W2 @ diag(sigma.slope(a1)) @ W1, "W2 diag(σ'(a1)) W1"),
        ),
        OF_TWO,
    ),
    Family(
        "kronecker-derivative",
        {"A": "M N", "B": "K L"},
        "B^T ⊗ A",
        lambda A, B: np.kron(B.T, A),
        (
            "B^T ⊗ A",
            "B' ⊗ A",
            "Bᵀ ⊗ A",
            r"B^\top \otimes A",
            "kron(B^T, A)",
            "np.kron(B.T, A)",
            "(B ⊗ A^T)^T",
            "(B^T I_K) ⊗ (I_M A)",
            "(B^T ⊗ I_M) (I_K ⊗ A)",
            "(I_L ⊗ A) (B^T ⊗ I_N)",
        ),
        (
            (lambda A, B: np.kron(A, B.T), "A ⊗ B^T"),
            (lambda A, B: np.kron(B, A), "B ⊗ A"),
            (lambda A, B: np.kron(B.T, A).T, "(B^T ⊗ A)^T", "B ⊗ A^T"),
            (lambda A, B: np.kron(B.T, A.T), "B^T ⊗ A^T"),
            (lambda A, B: -np.kron(B.T, A), "-(B^T ⊗ A)"),
        ),
    ),
)
