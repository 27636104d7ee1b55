"""Finding attention in an ONNX graph and reading it out: one pattern or concern per file.

From file to graph: ``files`` and ``kept`` (reading), ``wire`` and ``skeleton`` (weights left where
they are), ``external`` (weights in a second file), ``source`` and ``edit`` (changing and putting
together), ``index`` (questions about a graph), ``limits`` and ``diagnosis`` (refusing it).

Finding: ``finder`` holds the table of ways. Attention written out is found by ``softmaxes`` (a row
for each form of softmax), ``paths`` and ``alignment`` (from there to both products) and
``products`` (a row for each operator that multiplies matrices); attention in one operator by the
files of ``fused``. ``towers`` puts what was found in order.

Reading: ``core`` with ``core_read`` and ``core_check`` for attention written out, on top of
``operands`` (scales taken out), ``scores`` (a row for each operator that changes scores), ``axes``
(where queries and keys have gone); ``windows`` for windowed attention. ``block`` is what all give.

What follows: ``outflow`` says what it is, ``outflow_read`` finds it by ``outflow_walk`` (from the
attention vectors to the residual sum) and ``outflow_norms`` (a row for each form of LayerNorm);
``outflow_weights`` and ``packed`` give W_O as real numbers, ``cut`` a part of a graph as a model.

A new way of writing softmax, a product or a step on scores is one function and one row in the file
named; a new fused operator is one file in ``fused`` and one row in ``finder``.
"""
