"""Trains a plain logistic regression and gradient-boosted trees on online-shoppers, and writes what they reach.

    python bench/calibration/train.py

writes bench/out/calibration/splits.json (the rows of every split, which ours.ts then uses too) and theirs.json.
"""

import csv
import gzip
import json
import platform
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "bench" / "out" / "calibration"
# The data have no January and no April, and within a month no order.
MONTHS = ["Feb", "Mar", "May", "June", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
HELD_OUT = {"Nov", "Dec"}
JUDGES = {"Jul", "Aug", "Sep", "Oct"}  # latest quarter of February to October: chooses the settings of the trees
REPEATS = 10
NUMBERS, PAGE_VALUES = 10, 8  # columns 0..9 are numbers, 10..16 are kinds, 17 is the outcome

# The defaults of the library, and what usually suits 10,000 rows better: slower, smaller, regularised.
TREES = [
    dict(),
    dict(learning_rate=0.05, max_leaf_nodes=8, max_iter=100, l2_regularization=1.0),
    dict(learning_rate=0.05, max_leaf_nodes=8, max_iter=200, l2_regularization=1.0),
    dict(learning_rate=0.03, max_leaf_nodes=16, max_iter=200, min_samples_leaf=40, l2_regularization=1.0),
    dict(learning_rate=0.05, max_leaf_nodes=4, max_iter=200, l2_regularization=1.0),
]


def load():
    with gzip.open(ROOT / "testdata" / "online-shoppers.csv.gz", "rt") as file:
        rows = list(csv.reader(file))
    numbers = np.array([[float(x) for x in r[:NUMBERS]] for r in rows])
    kinds = OrdinalEncoder().fit_transform(np.array([r[NUMBERS:17] for r in rows]))
    return numbers, kinds, np.array([r[10] for r in rows]), np.array([r[17] == "TRUE" for r in rows])


def splits_of(months, won):
    """The last months held out; and ten random 70/30 splits with the same share of purchases in both parts."""
    held = np.isin(months, list(HELD_OUT))
    yield "time", np.flatnonzero(~held), np.flatnonzero(held)
    shuffles = StratifiedShuffleSplit(REPEATS, test_size=0.3, random_state=1)
    for i, (train, test) in enumerate(shuffles.split(months.reshape(-1, 1), won)):
        yield f"random-{i}", np.sort(train), np.sort(test)


def plain(width):
    """All there is, one-hot, with the library's default penalty; a value not seen in training is all zeros."""
    numbers, kinds = list(range(width - 7)), list(range(width - 7, width))
    columns = ColumnTransformer(
        [("numbers", StandardScaler(), numbers), ("kinds", OneHotEncoder(handle_unknown="ignore"), kinds)]
    )
    return make_pipeline(columns, LogisticRegression(max_iter=5000))


def trees(width, settings):
    kinds = list(range(width - 7, width))
    return HistGradientBoostingClassifier(categorical_features=kinds, random_state=1, **settings)


def chosen_settings(x, won, months, train, by_time):
    """By log-loss on the rows by which our own penalty is judged: later months, or every fourth row."""
    judge = np.isin(months[train], list(JUDGES)) if by_time else np.arange(len(train)) % 4 == 0
    learn, judge = train[~judge], train[judge]

    def loss(settings):
        model = trees(x.shape[1], settings).fit(x[learn], won[learn])
        return log_loss(won[judge], model.predict_proba(x[judge])[:, 1])

    return min(TREES, key=loss)


def measured(model, x, won, train, test):
    model.fit(x[train], won[train])
    predicted = model.predict_proba(x[test])[:, 1]
    return {
        "auc": roc_auc_score(won[test], predicted),
        "brier": brier_score_loss(won[test], predicted),
        "predicted": [round(float(p), 6) for p in predicted],
    }


def main():
    warnings.filterwarnings("ignore", message="Found unknown categories")
    numbers, kinds, months, won = load()
    splits, results = {}, []
    for name, train, test in splits_of(months, won):
        splits[name] = {"train": train.tolist(), "test": test.tolist()}
        for page_values in (False, True):
            keep = [i for i in range(NUMBERS) if page_values or i != PAGE_VALUES]
            x = np.concatenate([numbers[:, keep], kinds], axis=1)
            settings = chosen_settings(x, won, months, train, name == "time")
            apart = dict(interaction_cst="no_interactions", **settings)
            result = {
                "split": name,
                "pageValues": page_values,
                "logistic": measured(plain(x.shape[1]), x, won, train, test),
                "boostedDefault": measured(trees(x.shape[1], {}), x, won, train, test),
                "boosted": {"settings": settings, **measured(trees(x.shape[1], settings), x, won, train, test)},
                "boostedApart": measured(trees(x.shape[1], apart), x, won, train, test),
            }
            results.append(result)
            aucs = "  ".join(f"{k} {result[k]['auc']:.4f}" for k in ("logistic", "boostedDefault", "boosted", "boostedApart"))
            print(f"{name:10} {'with' if page_values else 'without':8} {aucs}  {settings}", flush=True)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "splits.json").write_text(json.dumps(splits))
    versions = {"python": platform.python_version(), "scikit-learn": sklearn.__version__, "numpy": np.__version__}
    (OUT / "theirs.json").write_text(json.dumps({"versions": versions, "results": results}))


if __name__ == "__main__":
    main()
