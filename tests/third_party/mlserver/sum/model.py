"""A minimal regression model that sums each row. Its metadata has no inputs."""

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class Sum(MLModel):
    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        rows = self.decode(payload.inputs[0], default_codec=NumpyCodec)
        return InferenceResponse(
            model_name=self.name,
            outputs=[NumpyCodec.encode_output("predict", rows.sum(axis=1))],
        )
