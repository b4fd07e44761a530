# What the layers' Makefiles share: packages for the Python that Lambda runs, on any machine, without Docker.
# Defaults are those of template.yaml; the environment, which sam hands on, names another target, e.g.
#   LAYER_PYTHON=3.11 LAYER_PLATFORM=x86_64 sam build
LAYER_PYTHON ?= 3.13
LAYER_PLATFORM ?= aarch64

# sam runs the Makefile in a copy of its folder; the project is where this file itself lies.
project := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))..)
# The Python that runs the build has to have what the package imports: the one that is named, that of the active virtual
# environment, or the project's own. It may be without pip, which any other can lend.
environments := $(if $(VIRTUAL_ENV),$(VIRTUAL_ENV)/bin/python) $(project)/.venv/bin/python
python := $(or $(LAYER_BUILD_PYTHON),$(firstword $(wildcard $(environments)) python3))
pip := $(shell $(python) -c 'import pip' 2>/dev/null && echo $(python) || echo python3) -m pip

# Bytecode saves a fifth of a cold start, and only the Python that will run it can write it.
compilers := $(python) python$(LAYER_PYTHON)
compiler := $(shell for each in $(compilers); do \
	"$$each" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "$(LAYER_PYTHON)")' 2>/dev/null && echo "$$each" && break; done)

# Lambda's Amazon Linux 2023 has glibc 2.34: wheels built against that or an older one.
manylinux := manylinux2014 manylinux_2_17 manylinux_2_24 manylinux_2_26 manylinux_2_27 manylinux_2_28 manylinux_2_31 manylinux_2_34
packages = $(ARTIFACTS_DIR)/python

# The packages of the folder's requirements.txt.
install = $(pip) install --quiet --disable-pip-version-check --no-compile --require-hashes --only-binary=:all: \
	$(foreach tag,$(manylinux),--platform $(tag)_$(LAYER_PLATFORM)) \
	--python-version $(LAYER_PYTHON) --implementation cp \
	--target "$(packages)" --requirement requirements.txt

# What no function needs of them, and the bytecode of what is left.
define finish
rm -rf "$(packages)/bin"
find "$(packages)" -path '*.dist-info/*' ! -name METADATA ! -iname '*licen*' -type f -delete
$(if $(compiler),$(compiler) -m compileall -q --invalidation-mode unchecked-hash "$(packages)")
endef
