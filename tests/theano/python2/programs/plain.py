"""What Python 2 does differently without Theano; plain.txt is what Python 2.7 prints.

    python2.7 plain.py > plain.txt
"""

import ConfigParser
import cPickle
import Queue
import cStringIO
import string
import sys
from itertools import imap, izip

# division
print 7/2, -7/2, 7/2.0, 7/-2, 1/2 + 1/2, 2*3/4, 7 // 2, True/2, 2**70/3
a = b = 9
a /= 2
b /= 2.
print a, b, 9 / 2 * 2, (1 +
                        8) / 4
def halves((low, high), parts=2):
    return [low + (high - low)*k/parts for k in xrange(parts + 1)]
print halves((0, 5)), map(lambda (k, v): k/v, [(7, 2), (9, 4)])
calls = []
def once():
    calls.append(1)
    return 0
counts = [9]
counts[once()] /= 2
print counts, len(calls)
class Length(object):
    def __init__(self, x):
        self.x = x
    def __div__(self, other):
        return Length(self.x/other)
    def __idiv__(self, other):
        self.x = "in place"
        return self
    def __nonzero__(self):
        return self.x != 0
length = Length(9)
print (length/2).x, bool(length/10)
length /= 3
print length.x
div, sort = 8, 2
div /= sort
print div/3
print round(2.5), round(-0.5), round(1234.5678, 2), round(0.125, 2), round(15, -1)

# printing
print "a", 1, 2.5, None, [1, "b", 2.25], (1,), {1: 2}
print "no newline",
print "%d of %s" % (3, "four"), 'x'*3
print
print >> sys.stdout, "to a file", 5
print ("a", "tuple"), `1 + 1`, 0777, 10L, 0xffL
print u"text" == "text", ur"raw\d" == "raw\\d"

# sorting
words = ["pear", "fig", "apple", "kiwi"]
words.sort(lambda x, y: cmp(len(x), len(y)) or cmp(x, y))
print words, sorted(words, cmp=lambda x, y: -cmp(x, y)), cmp(1, 2), cmp("b", "a")
words.sort(cmp=lambda x, y: cmp(x[-1], y[-1]), reverse=True)
print words
words.sort(key=lambda word: word[1])
print words, sorted([3, 1, 2], reverse=True), sorted(words, lambda x, y: cmp(y, x), len)

# dictionaries, map and filter
ages = {"ann": 31, "bob": 30}
keys = ages.keys()
keys.sort()
print keys[0], sorted(ages.values())[-1], ages.has_key("ann"), ages.items()[0][1] in (30, 31)
print sum(v for k, v in ages.iteritems()), [k for k in sorted(ages.iterkeys())]
print map(str, [1, 2])[0], filter(None, [0, 1, 2])[1], zip("ab", [1, 2])[0], range(3)[1:]
print map(None, "ab", [1]), map(lambda a, b: (a, b), [1, 2], [3]), map(None, (1, 2))
print filter(lambda c: c != "l", "hello"), filter(None, (0, 1, 2)), filter(str.isdigit, ["1", "a"])
print reduce(lambda total, (x, y): total + x*y, [(1, 2), (3, 4)], 0), map(lambda (a, (b, c)), d: a+b+c+d, [(1, (2, 3))], [4])
def until_two():
    for i in range(9):
        if i == 2: raise StopIteration
        yield i
print list(until_two()), [c for c in open(__file__, "rU").readline()][:3]
print reduce(lambda x, y: x*y, [1, 2, 3, 4]), list(imap(abs, [-1])), list(izip("a", "b"))
print filter(lambda c: c != "l", list("hello")), len(map(None, [1, 2]))

# statements
try:
    raise ValueError, "old style"
except (ValueError, KeyError), error:
    print "caught", error
exec "made = 3//2"
print made if 1 <> 2 else 0
names = {}
exec "inner = 5" in names
print names["inner"], isinstance(3L, (int, long)), isinstance("s", basestring)
it = iter([1, 2])
print it.next(), next(it)
if True:
	tabs = "as eight columns"
        print tabs
print apply(max, (1, 5)), unichr(65) == "A", intern("word"), callable(len)

# modules by their old names, and pickles
queue = Queue.Queue()
queue.put(string.upper("done"))
print queue.get(), string.join(["a", "b"], "-"), string.letters[:3].lower()
config = ConfigParser.SafeConfigParser()
config.readfp(cStringIO.StringIO("[net]\nsize = 30\n"))
print config.getint("net", "size")/4
print cPickle.loads(cPickle.dumps({"weights": [1, 2]}, 2))["weights"][1]/2

# text that is executed
exec "a = 7/2; print a"
space = {}
exec "b = 7/2; print 'in a namespace', b" in space
print space["b"], eval("7/2"), eval(" 7/2 + b", space), eval("map(str, [1])[0] + `2`")
code = compile("print 9/2, 'compiled'", "<text>", "exec")
exec code
print eval(compile("cmp(2, 1)", "<text>", "eval"))
def executes(n):
    exec "print n/2"
    return eval("n/4")
print executes(9)
class Layer:
    exec "size = 5/2"
print Layer.size
try:
    exec "print 1 1"
except SyntaxError:
    print "not Python 2"

# random numbers by a seed
import random
from random import shuffle
for seed in (5, -3, 2**70, "net"):
    random.seed(seed)
    print "%.12f %.12f" % (random.random(), random.gauss(0, 1)), random.randint(0, 99),
    print random.choice("abcdefgh"), random.sample(xrange(100), 3), random.randrange(3, 50, 4),
    numbers = range(8)
    shuffle(numbers)
    print numbers, random.getrandbits(20) % 10**9, random.randrange(2**60) % 1000
mine = random.Random(7)
shuffle(numbers, mine.random)
print numbers, mine.sample(set([3]), 1), mine.randint(1, 10**9)

# where print leaves a blank, and its digits
print "a\n", "b\t", "c", "", 1
print 1,
print
print 2, "x\n",
print 3,; print >>sys.stdout, 4
print 0.1 + 0.2, 1/3., -2.0, 1e16, 123456789012.5, 12345678901.5, 1e-5, float("nan"), [0.1 + 0.2]

# tables and arrays in files of bytes
import csv
import os
import tempfile
path = tempfile.mktemp()
f = open(path, "wb")
csv.writer(f).writerows([["label", "pixel"], [1, 2.5], ["a\nb", 'q"']])
f.close()
rows = csv.reader(open(path, "rb"))
print rows.next(), list(rows)
table = csv.DictWriter(open(path, "wb"), ["label", "pixel"])
table.writerow({"label": 7, "pixel": 0})
del table
print [row["label"] for row in csv.DictReader(open(path, "rb"), ["label", "pixel"])]
os.remove(path)
print "at the end, a comma",
