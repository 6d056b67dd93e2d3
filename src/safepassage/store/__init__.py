"""Runs on disk: keys, atomic writes, and the folder that a run can be resumed from."""

from safepassage.store.atomic import atomic_write_bytes as atomic_write_bytes
from safepassage.store.atomic import atomic_write_json as atomic_write_json
from safepassage.store.atomic import atomic_write_text as atomic_write_text
from safepassage.store.atomic_folder import check_whole_folder as check_whole_folder
from safepassage.store.atomic_folder import write_whole_folder as write_whole_folder
from safepassage.store.folder import RunFolder as RunFolder
from safepassage.store.folder import latest_run as latest_run
from safepassage.store.keys import run_key as run_key
from safepassage.store.keys import run_root as run_root
from safepassage.store.keys import source_hash as source_hash
