"""The GPU flag, the precision, the BLAS, and what happens without a compiler."""

import importlib
import pickle
import sys
import time
from pathlib import PureWindowsPath

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from processes import run
from pytensor.link.numba.linker import NumbaLinker
from pytensor.tensor.random import shared_rng
from small_nets import conv_net, shared
from threadpoolctl import threadpool_info, threadpool_limits

import network3
from network3.engine import backend as backend_module
from network3.engine import compilation
from network3.ops.conv2d import Conv2D


def test_importing_prints_nothing_and_imports_no_backend():
    out, err = run("""
        import sys, network3
        assert not {"jax", "network3.kernels.jax", "pooch", "requests"} & set(sys.modules)
    """)
    assert (out, err) == ("", "")


def test_float32_unless_the_user_has_configured_another():
    program = "import network3; print(network3.theano.config.floatX)"
    assert run(program)[0] == "float32\n"
    assert run(program, "floatX=float64")[0] == "float64\n"


def test_the_flag_sets_the_default_mode_unless_the_user_has_configured_one():
    program = """
        import network3, pytensor
        network3.GPU = False
        print(pytensor.config.mode)
    """
    assert run(program)[0] == "CVM\n"
    assert run(program, "mode=FAST_COMPILE")[0] == "FAST_COMPILE\n"


def test_the_environment_presets_the_flag():
    program = "import network3; print(network3.GPU)"
    assert run(program, NETWORK3_GPU="1")[0] == "True\n"
    assert run(program, NETWORK3_GPU="0")[0] == "False\n"


def test_a_preset_that_is_neither_1_nor_0_gets_a_sentence(monkeypatch):
    monkeypatch.setenv("NETWORK3_GPU", "maybe")
    network3.GPU = False  # a flag that is set comes first
    monkeypatch.setattr(backend_module, "_flag", None)
    with pytest.raises(ValueError, match="NETWORK3_GPU is 'maybe': it must be 1 or 0"):
        _ = network3.GPU


def test_the_flag_must_be_a_truth_value():
    with pytest.raises(TypeError, match="GPU = 'yes'"):
        network3.GPU = "yes"


def test_without_jax_the_gpu_flag_names_the_extra_to_install(monkeypatch):
    monkeypatch.setattr(backend_module.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"pip install jax"):
        network3.GPU = True


def test_without_jax_so_does_the_environment_variable(monkeypatch):
    monkeypatch.setattr(backend_module, "_flag", None)
    monkeypatch.setenv("NETWORK3_GPU", "1")
    monkeypatch.setattr(backend_module.importlib.util, "find_spec", lambda name: None)
    backend_module._jax_mode.cache_clear()
    with pytest.raises(ImportError, match=r"pip install jax"):
        conv_net()


def test_the_kernels_that_run_are_the_backends_own(backend):
    x, w = T.tensor4(shape=(2, 1, 5, 5)), T.tensor4(shape=(3, 1, 2, 2))
    f = pytensor.function([x, w], network3.ops.conv2d(x, w))
    assert [type(n.op) for n in f.maker.fgraph.apply_nodes] == [Conv2D]
    values = np.ones((2, 1, 5, 5), x.dtype), np.ones((3, 1, 2, 2), w.dtype)
    result = f(*values)
    if backend == "c":
        assert [thunk.cthunk is not None for thunk in f.vm.thunks] == [True]
    else:
        assert type(f.maker.linker).__name__ == "DeviceLinker"
    assert type(result) is np.ndarray
    assert (result == 4).all()
    result += 1  # the caller may change it
    assert (f(*values) == 4).all()


def test_data_are_placed_on_the_jax_device_once():
    jax = pytest.importorskip("jax")
    network3.GPU = True
    data = pytensor.shared(np.arange(12.0, dtype=pytensor.config.floatX).reshape(6, 2))
    i = T.lscalar()
    f = pytensor.function([i], data[i * 2 : (i + 1) * 2])
    assert np.asarray(f(1)).tolist() == [[4, 5], [6, 7]]
    placed = data.get_value(borrow=True, return_internal_type=True)
    assert isinstance(placed, jax.Array)
    f(0)
    assert data.get_value(borrow=True, return_internal_type=True) is placed
    network3.GPU = False
    assert type(data.get_value(borrow=True)) is np.ndarray
    g = pytensor.function([i], data[i * 2 : (i + 1) * 2])
    assert g(2).tolist() == [[8, 9], [10, 11]]


def test_a_value_that_jax_holds_is_given_as_a_numpy_array():
    pytest.importorskip("jax")
    network3.GPU = True
    data = pytensor.shared(np.zeros(3, pytensor.config.floatX))
    pytensor.function([], [], updates=[(data, data + 1)])()
    assert type(data.get_value(borrow=True)) is np.ndarray
    value = data.get_value()
    value[0] = 5
    assert value.tolist() == [5, 1, 1]
    assert data.get_value().tolist() == [1, 1, 1]
    network3.GPU = False


@pytest.mark.parametrize("mode", [None, "FAST_RUN"])
def test_functions_of_theanos_give_numpy_arrays(mode):
    pytest.importorskip("jax")
    network3.GPU = True
    x = T.vector()
    f = network3.theano.function([x], x * 2, mode=mode)
    assert type(f.maker.linker).__name__ == "DeviceLinker"
    assert type(f(np.ones(3, x.dtype))) is np.ndarray
    network3.GPU = False


def test_a_listener_is_told_of_the_call_in_which_jax_compiles():
    pytest.importorskip("jax")
    network3.GPU = True
    x, told = T.vector(), []
    f = pytensor.function([x], 3 * x)
    with compilation.told_to(lambda *found: told.append(found)):
        for _ in range(2):
            f(np.ones(3, x.dtype))
    assert told == [("JAX", 0, 1), ("JAX", 1, 1)]
    network3.GPU = False


def test_a_value_set_later_is_what_the_device_sees():
    pytest.importorskip("jax")
    network3.GPU = True
    data = pytensor.shared(np.zeros(3, pytensor.config.floatX))
    f = pytensor.function([], data.sum())
    assert f() == 0
    data.set_value(np.ones(3, data.dtype))
    assert f() == 3
    network3.GPU = False


def test_a_function_kept_from_jax_does_not_stop_a_training_in_c():
    pytest.importorskip("jax")
    network3.GPU = True
    net, data = conv_net(), shared(40)
    net.SGD(data, 1, 10, 0.1, data, data)
    network3.GPU = False
    assert np.asarray(net.test_mb_predictions(0)).shape == (10,)
    net.SGD(data, 1, 10, 0.1, data, None)


def test_a_net_in_float32_stays_so_where_jax_has_64_bit_numbers(float32):
    jax = pytest.importorskip("jax")
    network3.GPU = True
    jax.config.update("jax_enable_x64", True)
    net, data = conv_net(p_dropout=0.25), shared(40)
    net.SGD(data, 1, 10, 0.1, data, None)
    assert {p.get_value().dtype.name for p in net.params} == {"float32"}
    network3.GPU = False


def test_a_readers_function_with_givens_compiles_on_the_chosen_backend(backend, float32):
    """The vote of the book's ensemble reads the test data like this, in mini-batches."""
    net, (x, _) = conv_net(), shared(40)
    whole = conv_net(mini_batch_size=40)  # the same weights
    everything = network3.theano.function([], whole.output, givens={whole.x: x + 0})
    i, n = T.lscalar(), net.mini_batch_size
    f = network3.theano.function([i], net.output, givens={net.x: x[i * n : (i + 1) * n]})
    parts = [np.asarray(f(k)) for k in range(4)]
    np.testing.assert_allclose(np.concatenate(parts), np.asarray(everything()), rtol=1e-5)


def test_a_compiled_function_can_be_pickled(backend, float32):
    x, w = T.fmatrix(), pytensor.shared(np.ones((3, 2), "float32"))
    f = backend_module.function([x], T.tanh(T.dot(x, w)), updates=[(w, 2 * w)])
    g = pickle.loads(pickle.dumps(f))
    given = np.eye(3, dtype="float32")
    np.testing.assert_allclose(np.asarray(g(given)), np.tanh(1), rtol=1e-6)
    np.testing.assert_allclose(np.asarray(g(given)), np.tanh(2), rtol=1e-6)  # its own w
    np.testing.assert_allclose(np.asarray(f(given)), np.tanh(1), rtol=1e-6)


def test_a_readers_function_may_answer_with_a_shape(backend):
    x = T.matrix()
    f = pytensor.function([x], [x.shape[0], x.shape])
    rows, shape = f(np.ones((3, 2), x.dtype))
    assert (int(rows), [int(n) for n in shape]) == (3, [3, 2])


# PyTensor issues this warning for each of its generators with JAX.
@pytest.mark.filterwarnings("ignore:The RandomType SharedVariables")
def test_a_readers_function_may_draw_pytensors_random_numbers(backend):
    rng = shared_rng(seed=1)
    next_rng, draw = rng.uniform(size=(3,))
    f = pytensor.function([], draw, updates=[(rng, next_rng)])
    first, second = np.asarray(f()), np.asarray(f())
    assert ((first >= 0) & (first < 1)).all()
    assert (first != second).all()


def test_a_mode_assigned_by_the_user_is_used(monkeypatch):
    monkeypatch.setattr(backend_module, "_flag", None)
    with pytensor.config.change_flags(mode="FAST_COMPILE"):
        net, data = conv_net(), shared(20)
        assert backend_module.mode() == "FAST_COMPILE"
        net.SGD(data, 1, 10, 0.1, data, None)
        network3.GPU = False
        assert pytensor.config.mode == "FAST_COMPILE"
        assert backend_module.mode() == "CVM"


def test_blas_has_one_thread_while_training_and_its_own_again_after(monkeypatch):
    import scipy.linalg.cython_blas  # noqa: F401 (only a loaded library is found)

    from network3.training.loop import Loop

    def threads():
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    seen = []
    net, data = conv_net(), shared(20)
    monkeypatch.setattr(Loop, "run", lambda loop: seen.append(threads()))
    with threadpool_limits(2, user_api="blas"):
        net.SGD(data, 1, 10, 0.1, data, None)
        assert (seen, threads()) == ([{1}], {2})


TRAIN = """
    import network3, pytensor
    from small_nets import conv_net, shared, values
    net = conv_net(p_dropout=0.25)
    net.SGD(shared(40), 1, 10, 0.1, shared(10), None)
    print(*[float((v**2).sum()) for v in values(net)])
"""


@pytest.mark.process
def test_without_a_compiler_numba_computes_after_one_sentence():
    out, err = run(TRAIN + "    print(type(pytensor.config.mode.linker).__base__)", "cxx=")
    assert err == NO_COMPILER.format("No C++ compiler was found")
    *out, linker = out.splitlines()
    assert "NumbaLinker" in linker
    in_c, _ = run(TRAIN)
    for one, other in zip(numbers(out), numbers(in_c.splitlines()), strict=True):
        assert one == pytest.approx(other, rel=1e-5)


@pytest.mark.process
def test_without_a_compiler_nets_get_fused_operators():
    out, _ = run(
        """
        from small_nets import conv_net, shared
        net = conv_net()
        net.SGD(shared(10), 0, 10, 0.1, shared(10), None)
        nodes = net.trainer._functions._by_role["train"][2].function.maker.fgraph.apply_nodes
        print(sorted({type(node.op).__name__ for node in nodes if hasattr(node.op, "kernel")}))
        """,
        "cxx=",
    )
    assert out.splitlines()[-1] == str(
        [
            "ConvPoolActivate",
            "ConvPoolFilterStep",
            "FullyConnected",
            "FullyConnectedStep",
            "LogLikelihood",
            "LogLikelihoodGradient",
        ]
    )


def test_clang_compiles_where_there_is_no_gcc(tmp_path, monkeypatch):
    clang = tmp_path / "clang++"
    clang.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytensor.config.change_flags(cxx=""):
        backend_module.find_compiler()
        assert pytensor.config.cxx == str(clang)
        pytensor.config.cxx = ""
        monkeypatch.setattr(backend_module, "is_configured", lambda name: name == "cxx")
        backend_module.find_compiler()
        assert pytensor.config.cxx == ""  # as the user has set it


@pytest.mark.process
def test_a_compiler_that_fails_is_replaced_by_numba(tmp_path):
    broken = tmp_path / "g++"
    broken.write_text(BROKEN_COMPILER)
    broken.chmod(0o755)
    out, err = run(TRAIN, f"cxx={broken}", f"base_compiledir={tmp_path}")
    assert err == NO_COMPILER.format(f"The C++ compiler {broken} failed")
    assert len(numbers(out.splitlines())) == 6


def test_functions_run_in_c_after_one_was_compiled_without_a_compiler(monkeypatch):
    """PyTensor keeps the module of its C loop as it was imported: without the loop."""
    network3.GPU = False
    module = "pytensor.link.c.cvm"
    monkeypatch.delitem(sys.modules, module, raising=False)
    with pytensor.config.change_flags(cxx=""):
        importlib.import_module(module)
    x = T.vector()
    function = backend_module.function([x], x + 1)
    assert type(function.vm).__name__ == "CVM"


def test_a_compiler_that_does_not_exist_is_replaced_and_its_command_is_not_printed(
    monkeypatch, caplog, capfd
):
    network3.GPU = False
    monkeypatch.setattr(backend_module, "_warned", False)
    monkeypatch.setattr(pytensor, "function", lambda *_, mode, **__: mode)
    with pytensor.config.change_flags(cxx="/no/such/g++ -O1"):
        mode = backend_module.function([], [])
    network3.GPU = False
    assert isinstance(mode.linker, NumbaLinker)
    (record,) = caplog.records
    assert record.getMessage().startswith("The C++ compiler /no/such/g++ -O1 failed, so network3")
    assert capfd.readouterr() == ("", "")


def test_the_device_is_logged_once(caplog):
    pytest.importorskip("jax")
    caplog.set_level("INFO", "network3")
    backend_module._jax_mode.cache_clear()
    backend_module._say_device.cache_clear()
    for on_host in True, False:
        backend_module._jax_mode(on_host)
    assert len(caplog.records) == 1


NO_COMPILER = (
    "{}, so network3 computes with Numba, which takes up to a minute to compile a network the "
    "first time: install g++ or clang, name a compiler with PYTENSOR_FLAGS=cxx=, or install JAX.\n"
)
WITHOUT_NUMBA = """
    import sys
    sys.modules["network3.kernels.numba"] = None
    import network3
"""


def test_without_a_compiler_and_numba_numpy_computes_after_one_sentence():
    out, err = run(WITHOUT_NUMBA + TRAIN, "cxx=")
    assert err == (
        "No C++ compiler was found, so network3 computes with NumPy, much more slowly: install g++ "
        "or clang, name a compiler with PYTENSOR_FLAGS=cxx=, or install JAX.\n"
    )
    in_c, _ = run(TRAIN)
    for slow, fast in zip(numbers(out.splitlines()), numbers(in_c.splitlines()), strict=True):
        assert slow == pytest.approx(fast, rel=1e-5)


def test_without_a_compiler_and_numba_nothing_is_fused_into_a_loop_in_python():
    out, _ = run(
        WITHOUT_NUMBA
        + """
    import pytensor.tensor as T
    x = T.vector()
    f = network3.theano.function([x], T.exp(-x) / (1 + x))
    print([n for n in f.maker.fgraph.apply_nodes if "Composite" in str(n)])
        """,
        "cxx=",
    )
    assert out == "[]\n"


def numbers(lines):
    """Return the numbers in the last line of a program's output."""
    return [float(number) for number in lines[-1].split()]


# It answers PyTensor's questions at the start, but cannot compile a module.
BROKEN_COMPILER = """#!/bin/sh
case "$*" in *-shared*) echo "no headers" >&2; exit 1;; esac
exec g++ "$@"
"""


def test_pytensors_weight_update_runs_on_scipys_blas():
    out, _ = run("""
        import numpy as np, network3, pytensor.tensor as T
        x, d = T.matrix(), T.matrix()
        w = network3.theano.shared(np.ones((3, 2), "float32"))
        f = network3.theano.function([x, d], [], updates=[(w, w - 0.5 * T.dot(x.T, d))])
        f(np.ones((4, 3), "float32"), np.full((4, 2), 2, "float32"))
        print([type(n.op).__name__ for n in f.maker.fgraph.apply_nodes if "Gemm" in str(n.op)])
        print(w.get_value().tolist(), "scipy.linalg.cython_blas" in __import__("sys").modules)
    """)
    assert out.splitlines() == ["['Gemm']", "[[-3.0, -3.0], [-3.0, -3.0], [-3.0, -3.0]] True"]


@pytest.mark.slow
@pytest.mark.skipif(not pytensor.config.cxx, reason="no C++ compiler")
@pytest.mark.parametrize(
    "product, shapes",
    [
        (T.dot, [(600, 784), (784, 10)]),
        (T.dot, [(1000, 1000), (1000,)]),
        (T.outer, [(1000,), (1000,)]),
    ],
)
def test_small_products_use_one_thread(product, shapes, float32):
    """Other threads than this one take no processor time meanwhile."""
    arrays = [np.ones(shape, "float32") for shape in shapes]
    variables = [T.matrix() if a.ndim == 2 else T.vector() for a in arrays]
    f = pytensor.function(variables, product(*variables), mode=backend_module.mode())
    before = blas_threads()
    assert others(lambda: f(*arrays)) < 0.1
    assert blas_threads() == before


@pytest.mark.slow
@pytest.mark.skipif(not pytensor.config.cxx, reason="no C++ compiler")
def test_large_products_use_all_threads(float32):
    if max(blas_threads()) == 1:
        pytest.skip("one thread")
    x = T.matrix()
    f = pytensor.function([x], T.dot(x, x), mode=backend_module.mode())
    value = np.ones((600, 600), "float32")
    assert others(lambda: f(value)) > 0.2


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def others(call):
    """Return the processor time of other threads during calls, as a share of this thread's."""
    call()
    time.sleep(0.3)  # threads that have finished a call wait for another one for a while
    start, own = time.process_time(), time.thread_time()
    for _ in range(30):
        call()
    own = time.thread_time() - own
    return (time.process_time() - start - own) / own


def test_the_flags_for_blas_have_no_backslashes(monkeypatch):
    """PyTensor reads its flags like a shell, where a backslash is an escape character."""
    monkeypatch.setattr(backend_module, "Path", PureWindowsPath)
    monkeypatch.setattr(backend_module, "__file__", r"C:\network3\engine\backend.py")
    monkeypatch.setattr(backend_module, "is_configured", lambda name: False)
    with pytensor.config.change_flags(blas__ldflags=""):
        backend_module.set_blas()
        assert pytensor.config.blas__ldflags.endswith("C:/network3/kernels/c/scipy_blas_v2.h")
