# Thin: everything real is in meson.build and tools/.
all: build/build.ninja
	ninja -C build
build/build.ninja:
	meson setup build
build-asan/build.ninja:
	meson setup build-asan -Db_sanitize=address,undefined -Dbuildtype=debug -Db_lundef=false
deps:
	tools/deps
check: all build-asan/build.ninja
	ninja -C build-asan
	tools/runtests build,build-asan
build-release/build.ninja:
	meson setup build-release -Dbuildtype=release -Dwerror=false
bench: build-release/build.ninja
	tools/bench build-release
# make fuzz T=pdf S=60: one target for so many seconds, from its corpus
build-fuzz/build.ninja:
	CC=clang meson setup build-fuzz -Db_sanitize=address,undefined -Dbuildtype=debug -Db_lundef=false -Dwerror=false -Dc_args=-fsanitize=fuzzer-no-link
fuzz: build-fuzz/build.ninja
	ninja -C build-fuzz fuzz/fuzz_$(T)
	mkdir -p build-fuzz/corpus-$(T)
	build-fuzz/fuzz/fuzz_$(T) -max_total_time=$(S) -max_len=65536 build-fuzz/corpus-$(T) fuzz/corpus/$(T)
clean:
	rm -rf build build-asan build-release build-fuzz
install: all
	ninja -C build install
.PHONY: all deps check bench fuzz clean install
