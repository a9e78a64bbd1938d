"""Names for the arrays that many modules hand on."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Positions: TypeAlias = NDArray[np.int32]


Counts: TypeAlias = NDArray[np.signedinteger[Any]]
