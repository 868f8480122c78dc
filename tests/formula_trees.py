"""Random trees of formulas, whether or not their pieces fit, over a vocabulary with every kind of name."""

from hypothesis import strategies as st

from app.formula import Symbols
from app.formula.tree import Kind, Node

VOCABULARY = Symbols(
    {
        "W": "N D",
        "W1": "D N",
        "x0": "D 1",
        "theta0": "D 1",
        "Theta": "D N",
        "b": "N 1",
        "b1": "N 1",
        "w_d": "N 1",
        "yhat": "N 1",
        "thetahat": "D 1",
        "t": "scalar",
        "eta": "scalar",
        "gd": "scalar",
    },
    functions={"sigma": "generic", "phi": "relu"},
    indices={"n": "N", "d": "D"},
)
BOUND = ("k", "l", "j")


def node(kind: Kind, *children: Node, label: str = "") -> Node:
    return Node(kind, children, label)


LEAVES = st.one_of(
    st.sampled_from(VOCABULARY.names).map(lambda name: node(Kind.SYMBOL, label=name)),
    st.sampled_from(["0", "1", "2", "10", "0.5", "12.25", ".5"]).map(lambda digits: node(Kind.NUMBER, label=digits)),
    st.sampled_from(["N", "D"]).map(lambda letter: node(Kind.SIZE, label=letter)),
    st.sampled_from(["", "N", "D", "3"]).map(lambda size: node(Kind.IDENTITY, label=size)),
    st.sampled_from([Kind.ONES, Kind.ZEROS]).flatmap(
        lambda kind: st.sampled_from([",1", "N,1", "3,1", "N,D", "2,N"]).map(lambda sizes: node(kind, label=sizes))
    ),
    st.sampled_from(["d", "n", "k", "1"]).map(lambda index: node(Kind.BASIS, label=index)),
    st.sampled_from(["d,n", "n,k"]).map(lambda indices: node(Kind.DELTA, label=indices)),
    st.just(node(Kind.CONSTANT, label="pi")),
)
FUNCTIONS = st.sampled_from(["sigma", "sigma'", "phi''", "exp", "tanh", "tanh'", "H", "relu", "sqrt", "abs", "ln"])
NUMBERS = (Kind.NUMBER, Kind.SIZE, Kind.CONSTANT)  # have no entries and no transpose


def branches(trees: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Trees one deeper than these."""
    several = st.lists(trees, min_size=2, max_size=4)
    pairs = st.tuples(trees, trees)
    chains = (Kind.SUM, Kind.PRODUCT, Kind.HADAMARD, Kind.KRONECKER)
    calls = (Kind.NEGATIVE, Kind.SOFTMAX, Kind.DIAG, Kind.TRACE, Kind.TOTAL, Kind.MEAN, Kind.MODULUS)
    based = trees.filter(lambda tree: tree.kind not in NUMBERS)
    return st.one_of(
        st.builds(lambda kind, parts: node(kind, *parts), st.sampled_from(chains), several),
        st.builds(lambda kind, part: node(kind, part), st.sampled_from(calls), trees),
        st.builds(lambda part: node(Kind.TRANSPOSE, part), based),
        st.builds(
            lambda kind, parts: node(kind, *parts),
            st.sampled_from((Kind.QUOTIENT, Kind.RATIO, Kind.POWER, Kind.POWERS, Kind.INNER)),
            pairs,
        ),
        st.builds(
            lambda label, parts: node(Kind.EXTREMUM, *parts, label=label), st.sampled_from(["max", "min"]), pairs
        ),
        st.builds(lambda label, part: node(Kind.APPLY, part, label=label), FUNCTIONS, trees),
        st.builds(
            lambda label, part: node(Kind.NORM, part, label=label), st.sampled_from(["", "1", "2", "F", "∞"]), trees
        ),
        st.builds(
            lambda label, part: node(Kind.ENTRY, part, label=label),
            st.sampled_from(["d", "n,d", ":,d", "n,:", "1", "2,1"]),
            based,
        ),
        st.builds(
            lambda label, part: node(Kind.SERIES, part, label=label), st.sampled_from([*BOUND, "k:N", "l:3"]), trees
        ),
        st.builds(
            lambda rows, columns, parts: node(
                Kind.MATRIX, *(parts * 6)[: max(rows * columns, 2)], label=str(columns if rows * columns > 1 else 2)
            ),
            st.integers(1, 3),
            st.integers(1, 2),
            st.lists(trees, min_size=1, max_size=6),
        ),
    )


TREES = st.recursive(LEAVES, branches, max_leaves=12)
