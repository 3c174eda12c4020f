"""Weights of the terms of a wait, as tools/fit_estimate.py fits them: do not edit.

Source: Miasto stołeczne Warszawa, api.um.warszawa.pl; made and collected 2019-12-30 to
2020-01-22; processed: dates repaired, inconsistent series removed, waiting times derived by
interpolation. Collected with kolejkeR (MIT, Copyright (c) 2019 Hanna Zdulska).
"""

MIDDLE = {
    "always": 0.1745,
    "ahead": 0.1817,
    "ahead beyond 21": -0.2503,
    "earlier days slower, known well": 0.2797,
    "head of line older": 0.4208,
    "head of line older, with people ahead": -0.502,
    "nobody called today": -0.4445,
    "first hour of the day": -0.419,
    "more windows than of late": -0.2678,
    "no window open": -0.3579,
    "longer than 20 minutes": -0.2998,
}
LOWER = {
    "always": -0.5537,
    "somebody ahead": 0.3661,
    "ahead": -0.1589,
    "ahead beyond 3": -0.037,
    "ahead beyond 11": -0.0222,
    "little seen today": 0.7633,
    "little seen on earlier days": 0.2307,
    "no window open": -0.1425,
    "longer than 20 minutes": -0.1049,
}
UPPER = {
    "always": 0.4099,
    "somebody ahead": 0.0812,
    "ahead": -0.6634,
    "ahead beyond 3": 0.2484,
    "ahead beyond 11": 0.1479,
    "little seen today": -0.2939,
    "little seen on earlier days": -0.1162,
    "no window open": 0.3204,
    "longer than 20 minutes": 0.1671,
}
