"""The decoder of a Whisper model in CTranslate2's form, in numpy: step by step, one ear for many.

CTranslate2 writes what it likes or weighs whole texts, each with a pass over all that was heard;
to follow hundreds of beginnings, what was heard is gone through once here.
"""

import struct
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

np: Any = import_module("numpy")

_KINDS = {0: "float32", 1: "int8", 2: "int16", 3: "int32", 4: "float16"}
HEAD = 64
"""The size of a head of attention in every Whisper."""


def read_weights(file: Path) -> dict[str, Any]:
    """Return the tensors of the decoder by name."""
    with file.open("rb") as raw:
        _number(raw)
        _name(raw)
        _number(raw)
        found = {}
        for _ in range(_number(raw)):
            name, rank = _name(raw), raw.read(1)[0]
            shape = [_number(raw) for _ in range(rank)]
            kind, size = _KINDS[raw.read(1)[0]], _number(raw)
            value = np.frombuffer(raw.read(size), dtype=kind).reshape(shape)
            if name.startswith("decoder/") and rank:
                found[name.removeprefix("decoder/")] = value.astype(np.float32)
        return found


def _number(raw: BinaryIO) -> int:
    return int(struct.unpack("<I", raw.read(4))[0])


def _name(raw: BinaryIO) -> str:
    (size,) = struct.unpack("<H", raw.read(2))
    return raw.read(size)[:-1].decode()


class Decoder:
    """The layers; what was heard and what was written so far are the caller's.

    Arrays are [texts, heads, places, 64]; ``heard`` and ``written`` hold a pair of them a layer.
    """

    def __init__(self, weights: dict[str, Any]) -> None:
        self._weights = weights
        self._signs = weights["embeddings/weight"]
        self._places = weights["position_encodings/encodings"]
        self._width = self._signs.shape[1]
        self._layers = len({name.split("/")[0] for name in weights if name.startswith("layer_")})
        self._layers -= "layer_norm" in {name.split("/")[0] for name in weights}

    def heard(self, encoded: Any) -> list[Any]:
        """Return the keys and values of what the encoder gives, [frames, width]."""
        found = []
        for layer in range(self._layers):
            both = self._linear(encoded, f"layer_{layer}/attention/linear_1")
            keys, values = (self._heads(one[None])[0] for one in np.split(both, 2, -1))
            found.append((np.ascontiguousarray(keys.transpose(0, 2, 1)), values))
        return found

    def nothing_written(self) -> list[Any]:
        """Return the state of one text without a sign."""
        empty = np.zeros((1, self._width // HEAD, 0, HEAD), np.float32)
        return [(empty, empty)] * self._layers

    def go_on(self, signs: Any, written: list[Any], heard: list[Any]) -> tuple[Any, list[Any]]:
        """Write [texts, count] more signs; return what follows the last ones, and the state."""
        signs = np.asarray(signs)
        before = written[0][0].shape[2]
        count = signs.shape[1]
        x = self._signs[signs] + self._places[before : before + count]
        later = np.arange(before + count)[None] > before + np.arange(count)[:, None]
        state = []
        for layer in range(self._layers):
            part = f"layer_{layer}/"
            own = self._linear(self._even(x, f"{part}self_attention/layer_norm"),
                               f"{part}self_attention/linear_0")  # fmt: skip
            asked, keys, values = (self._heads(one) for one in np.split(own, 3, -1))
            keys = np.concatenate([written[layer][0], keys], 2)
            values = np.concatenate([written[layer][1], values], 2)
            state.append((keys, values))
            weights = _share(np.where(later, -1e9, asked @ keys.transpose(0, 1, 3, 2) / 8))
            x = x + self._linear(self._whole(weights @ values), f"{part}self_attention/linear_1")
            asked = self._heads(self._linear(
                self._even(x, f"{part}attention/layer_norm"), f"{part}attention/linear_0"
            ))  # fmt: skip
            weights = _share(asked @ heard[layer][0] / 8)
            x = x + self._linear(
                self._whole(weights @ heard[layer][1]), f"{part}attention/linear_2"
            )
            inner = self._linear(self._even(x, f"{part}ffn/layer_norm"), f"{part}ffn/linear_0")
            x = x + self._linear(_gelu(inner), f"{part}ffn/linear_1")
        return self._even(x[:, -1], "layer_norm"), state

    def likely(self, after: Any, signs: Any = None) -> Any:
        """Return the logarithms of how likely each sign is next, of all signs or of these."""
        scores = after @ (self._signs if signs is None else self._signs[signs]).T
        top = scores.max(-1, keepdims=True)
        return scores - top - np.log(np.exp(scores - top).sum(-1, keepdims=True))

    def _linear(self, x: Any, name: str) -> Any:
        return x @ self._weights[f"{name}/weight"].T + self._weights[f"{name}/bias"]

    def _even(self, x: Any, name: str) -> Any:
        middle = x - x.mean(-1, keepdims=True)
        spread = np.sqrt((middle**2).mean(-1, keepdims=True) + 1e-5)
        return middle / spread * self._weights[f"{name}/gamma"] + self._weights[f"{name}/beta"]

    @staticmethod
    def _heads(x: Any) -> Any:
        return x.reshape(*x.shape[:2], -1, HEAD).transpose(0, 2, 1, 3)

    def _whole(self, x: Any) -> Any:
        return x.transpose(0, 2, 1, 3).reshape(x.shape[0], x.shape[2], self._width)


def _share(x: Any) -> Any:
    x = np.exp(x - x.max(-1, keepdims=True))
    return x / x.sum(-1, keepdims=True)


def _gelu(x: Any) -> Any:
    return 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3)))


def chosen(written: list[Any], which: list[int]) -> list[Any]:
    """Return the state of some of the texts, also of one several times."""
    return [(keys[which], values[which]) for keys, values in written]
