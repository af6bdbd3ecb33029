"""`huiyin restore`: a backup becomes an installation again, in a home that is empty."""

import gzip
import os
import re
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfileobj
from typing import IO

from django.db.backends.postgresql.psycopg_any import is_psycopg3

from huiyin.core import backup, dump
from huiyin.core.archive import Unusable, open_part
from huiyin.core.backup import Manifest
from huiyin.core.keyfiles import replace
