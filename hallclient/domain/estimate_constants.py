"""Weights of the terms of a wait, as tools/fit_estimate.py fits them: do not edit.

Source: see docs/wait-estimates.md
"""

MIDDLE = {
    "always": 0.1835,
    "ahead": 0.1772,
    "ahead beyond 21": -0.2474,
    "earlier days slower, known well": 0.2781,
    "head of line older": 0.4321,
    "head of line older, with people ahead": -0.5142,
    "nobody called today": -0.4124,
    "first hour of the day": -0.4114,
    "more windows than of late": -0.2698,
    "no window open": -0.3828,
    "last hour of the day": -0.7133,
    "longer than 20 minutes": -0.3021,
}
LOWER = {
    "always": -0.5633,
    "somebody ahead": 0.3276,
    "ahead": -0.1412,
    "ahead beyond 3": -0.0557,
    "ahead beyond 11": -0.0798,
    "little seen today": 0.8032,
    "little seen on earlier days": 0.2446,
    "no window open": -0.1681,
    "longer than 20 minutes": -0.1187,
}
UPPER = {
    "always": 0.4278,
    "somebody ahead": 0.074,
    "ahead": -0.6679,
    "ahead beyond 3": 0.2407,
    "ahead beyond 11": 0.1566,
    "little seen today": -0.3413,
    "little seen on earlier days": -0.1226,
    "no window open": 0.3379,
    "longer than 20 minutes": 0.1787,
}
