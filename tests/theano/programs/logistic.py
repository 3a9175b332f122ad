"""Logistic regression on MNIST, stopped early by the error on the validation set.

    python logistic.py MNIST [--steps N]

prints the first N costs, or trains to the end and prints errors in per cent, with epochs from 1.
"""

import argparse
import gzip
import pickle

import numpy
import theano
import theano.tensor as T

BATCH_SIZE = 600
LEARNING_RATE = 0.13
N_EPOCHS = 1000


class LogisticRegression(object):
    """p(y | x) = softmax(x W + b)"""

    def __init__(self, input, n_in, n_out):
        self.W = theano.shared(
            value=numpy.zeros((n_in, n_out), dtype=theano.config.floatX), name='W', borrow=True)
        self.b = theano.shared(
            value=numpy.zeros((n_out,), dtype=theano.config.floatX), name='b', borrow=True)
        self.p_y_given_x = T.nnet.softmax(T.dot(input, self.W) + self.b)
        self.y_pred = T.argmax(self.p_y_given_x, axis=1)
        self.params = [self.W, self.b]

    def negative_log_likelihood(self, y):
        return -T.mean(T.log(self.p_y_given_x)[T.arange(y.shape[0]), y])

    def errors(self, y):
        if y.ndim != self.y_pred.ndim:
            raise TypeError('y should have the shape of y_pred', ('y', y.type))
        if not y.dtype.startswith('int'):
            raise NotImplementedError()
        return T.mean(T.neq(self.y_pred, y))


def shared_dataset(data_xy, borrow=True):
    data_x, data_y = data_xy
    shared_x = theano.shared(numpy.asarray(data_x, dtype=theano.config.floatX), borrow=borrow)
    shared_y = theano.shared(numpy.asarray(data_y, dtype=theano.config.floatX), borrow=borrow)
    return shared_x, T.cast(shared_y, 'int32')


def load_data(dataset):
    with gzip.open(dataset, 'rb') as f:
        return [shared_dataset(part) for part in pickle.load(f, encoding='latin1')]


def batches(data):
    return data[0].get_value(borrow=True).shape[0] // BATCH_SIZE


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('data')
    parser.add_argument('--steps', type=int)
    args = parser.parse_args()
    train_set, valid_set, test_set = load_data(args.data)

    index = T.lscalar()
    x = T.matrix('x')
    y = T.ivector('y')
    classifier = LogisticRegression(input=x, n_in=28 * 28, n_out=10)
    cost = classifier.negative_log_likelihood(y)

    def of_batch(outputs, data, **kwargs):
        part = slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE)
        return theano.function(inputs=[index], outputs=outputs,
                               givens={x: data[0][part], y: data[1][part]}, **kwargs)

    g_W = T.grad(cost=cost, wrt=classifier.W)
    g_b = T.grad(cost=cost, wrt=classifier.b)
    train_model = of_batch(cost, train_set, updates=[
        (classifier.W, classifier.W - LEARNING_RATE * g_W),
        (classifier.b, classifier.b - LEARNING_RATE * g_b)])
    if args.steps:
        for k in range(args.steps):
            print('cost %d %.17g' % (k, train_model(k % batches(train_set))))
        return
    validate_model = of_batch(classifier.errors(y), valid_set)
    test_model = of_batch(classifier.errors(y), test_set)

    patience = 5000  # look at this many mini-batches in any case
    patience_increase = 2  # wait this much longer when a new best is found
    improvement_threshold = 0.995  # what counts as a new best
    n_train_batches = batches(train_set)
    validation_frequency = min(n_train_batches, patience // 2)
    best_validation_loss = numpy.inf
    best_epoch = test_score = None
    for iteration in range(N_EPOCHS * n_train_batches):
        epoch, minibatch_index = divmod(iteration, n_train_batches)
        train_model(minibatch_index)
        if (iteration + 1) % validation_frequency == 0:
            loss = numpy.mean([validate_model(i) for i in range(batches(valid_set))])
            if loss < best_validation_loss:
                if loss < best_validation_loss * improvement_threshold:
                    patience = max(patience, iteration * patience_increase)
                best_validation_loss = loss
                best_epoch = epoch + 1
                test_score = numpy.mean([test_model(i) for i in range(batches(test_set))])
                print('epoch %d validation %f %% test %f %%'
                      % (epoch + 1, loss * 100., test_score * 100.))
        if patience <= iteration:
            break
    print('best epoch %d of %d validation %f %% test %f %%'
          % (best_epoch, epoch + 1, best_validation_loss * 100., test_score * 100.))


if __name__ == '__main__':
    main()
