"""A minimal classifier that recognizes one word."""

import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec, StringCodec
from mlserver.types import InferenceRequest, InferenceResponse, MetadataTensor


class Mood(MLModel):
    async def load(self) -> bool:
        self.inputs = [MetadataTensor(name="TEXT", datatype="BYTES", shape=[-1, 1])]
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        [text] = self.decode(payload.inputs[0], default_codec=StringCodec)
        good = 0.75 if "splendid" in text else 0.25
        scores = np.array([1 - good, good], dtype=np.float32)
        return InferenceResponse(
            model_name=self.name,
            outputs=[
                StringCodec.encode_output("label", ["BAD", "GOOD"]),
                NumpyCodec.encode_output("score", scores),
            ],
        )
