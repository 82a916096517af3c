# make demo    train both networks on eight words; pictures come below demo/
# make test    everything that is checked before a change goes in
# make lint    the part of it that takes seconds
# make docs    the documentation as a site, in docs/_build/html
# make check-docs    the same but for most of its examples, and where its links lead
# make clean   remove what the others made

PYTHON ?= python3
VENV ?= .venv
# A plain "torch" may bring a CUDA build of several GB: say here which build you want,
# such as TORCH="torch==2.13.0 --index-url ..." for one without CUDA.
TORCH ?= torch==2.13.0

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest
OTHER_BACKENDS := jax torch

# For two processes at a time: with more threads each, they wait for each other.
ONE_THREAD := TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1
# JAX's small programs take longer to be optimised than to run.
FOR_JAX := JAX_DISABLE_MOST_OPTIMIZATIONS=1

# TensorFlow's remarks on the processor and on absent GPUs; errors are raised all
# the same.
export TF_CPP_MIN_LOG_LEVEL = 3

.PHONY: demo test lint docs check-docs environment clean clean-venv

demo: $(VENV)/demo.stamp
	$(BIN)/python examples/demo.py

test: lint
	$(ONE_THREAD) $(PYTEST) -m "not slow" --numprocesses 2
	$(ONE_THREAD) $(PYTEST) -m slow --numprocesses 2
	for backend in $(OTHER_BACKENDS); do \
	    echo "The same laws on $$backend:"; \
	    KERAS_BACKEND=$$backend $(FOR_JAX) $(PYTEST) tests/test_common.py \
	        tests/classifiers/test_fast_layers.py -k "Keras or flows or fast_layers" \
	    || exit 1; \
	done

lint: environment
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(PYTEST) -q tests/test_docstrings.py

docs: $(VENV)/docs.stamp
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

check-docs: $(VENV)/docs.stamp
	$(BIN)/python -m sphinx -W --keep-going -b html \
	    -D sphinx_gallery_conf.filename_pattern=plot_1_ docs docs/_build/check
	rm -f docs/_build/links/output.json
	$(BIN)/python -m sphinx -q -b linkcheck -D plot_gallery=0 \
	    -d docs/_build/check/.doctrees docs docs/_build/links 2>/dev/null || true
	$(BIN)/python docs/broken_links.py docs/_build/links

environment: $(VENV)/test.stamp

# A stamp is newer than pyproject.toml while what that asks for is installed.
$(VENV)/venv.stamp:
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("skkws needs Python 3.11 or newer, but $(PYTHON) is %d.%d: run make PYTHON=python3.11." % v[:2])'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/demo.stamp: $(VENV)/venv.stamp pyproject.toml
	$(PIP) --editable ".[tensorflow,plots,synth]"
	touch $@

$(VENV)/docs.stamp: $(VENV)/venv.stamp pyproject.toml
	$(PIP) --editable ".[tensorflow,synth,onnx,docs]"
	touch $@

$(VENV)/test.stamp: $(VENV)/venv.stamp pyproject.toml
	$(PIP) $(TORCH)
	$(PIP) --editable ".[tensorflow,test,jax,torch,synth,plots,onnx]"
	touch $@

clean: clean-venv
	rm -rf build demo .pytest_cache .ruff_cache skkws.egg-info
	rm -rf docs/_build docs/auto_examples docs/generated
	find skkws tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +

# Only what is marked as made here is removed, whatever VENV says.
clean-venv:
	if [ -e $(VENV)/venv.stamp ]; then rm -rf $(VENV); fi
