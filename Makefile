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
	tools/runtests build
	tools/runtests build-asan
build-release/build.ninja:
	meson setup build-release -Dbuildtype=release
bench: build-release/build.ninja
	tools/bench build-release
clean:
	rm -rf build build-asan build-release
install: all
	ninja -C build install
.PHONY: all deps check bench clean install
