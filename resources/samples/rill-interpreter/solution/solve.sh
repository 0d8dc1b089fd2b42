#!/bin/bash
set -euo pipefail

cat > /app/rill <<'PROGRAM'
#!/usr/bin/perl
# Values: an integer is a plain scalar, a string is a reference to a scalar, a block is [code, scope].
# Code is a list of operations [handler, argument, line, token]. A scope is [names, outer scope].
# Running blocks are frames [code, position, scope] on a list of our own, so their depth is limited by memory only.
use strict;
use warnings;

my (@stack, @frames);

# word => [types of the values it pops, code]; the code gets these values and returns what to push.
# Types: i integer, s string, b block, p printable (integer or string), x any.
my %words = (
    '+'   => ['ii', sub { $_[0] + $_[1] }],
    '-'   => ['ii', sub { $_[0] - $_[1] }],
    '*'   => ['ii', sub { $_[0] * $_[1] }],
    '/'   => ['ii', sub { ($_[0] - modulo(@_)) / $_[1] + 0 }], # + 0 turns -0 into 0
    '%'   => ['ii', \&modulo],
    '='   => ['pp', sub { compare(@_) == 0 ? 1 : 0 }],
    '<'   => ['pp', sub { compare(@_) < 0 ? 1 : 0 }],
    '>'   => ['pp', sub { compare(@_) > 0 ? 1 : 0 }],
    not   => ['i', sub { $_[0] ? 0 : 1 }],
    dup   => ['x', sub { @_[0, 0] }],
    drop  => ['x', sub { () }],
    swap  => ['xx', sub { @_[1, 0] }],
    over  => ['xx', sub { @_[0, 1, 0] }],
    rot   => ['xxx', sub { @_[1, 2, 0] }],
    depth => ['', sub { scalar @stack }],
    cat   => ['ss', sub { \(${ $_[0] } . ${ $_[1] }) }],
    len   => ['s', sub { length ${ $_[0] } }],
    at    => ['si', \&at],
    str   => ['i', sub { \"$_[0]" }],
    num   => ['s', sub { ${ $_[0] } =~ /\A-?[0-9]+\z/ ? ${ $_[0] } + 0 : die "not a number in num\n" }],
    call  => ['b', \&run],
    if    => ['ibb', sub { run($_[0] ? $_[1] : $_[2]) }],
    times => ['ib', \&repeat_times],
    while => ['bb', \&repeat_while],
    print => ['p', sub { print text($_[0]), "\n"; () }],
    emit  => ['p', sub { print text($_[0]); () }],
);

main(@ARGV);

sub main {
    my ($file) = @_;
    my $source = defined $file ? read_file($file) : undef;
    stop(2, 'usage: rill FILE') unless defined $source;
    push @frames, [parse($source), 0, [{}, undef]];
    my $operation;
    my $done = eval {
        while (@frames) {
            my $frame = $frames[-1];
            $operation = $frame->[0][$frame->[1]++];
            if ($operation) {
                $operation->[0]->($operation);
            }
            else {
                pop @frames;
            }
        }
        1;
    };
    stop(1, "error: line $operation->[2]: $@") unless $done;
}

sub stop {
    my ($status, $message) = @_;
    $| = 1;
    chomp $message;
    print STDERR "$message\n";
    exit $status;
}

sub read_file {
    my ($file) = @_;
    return if -d $file;
    open my $handle, '<', $file or return;
    local $/;
    return scalar(<$handle>) // '';
}

# Parser

sub parse {
    my ($source) = @_;
    my $line = 1;
    my @open = ([]);    # code lists that are not closed yet
    my @open_lines;
    while ($source =~ /\G(?:([ \t]+|#[^\n]*)|(\n)|(\[)|(\])|"((?:[^"\\\n]+|\\.)*+)(")?|([^ \t\n\[\]"]+))/gc) {
        if ($2) {
            $line++;
        }
        elsif ($3) {
            push @open_lines, $line;
            push @open, [];
        }
        elsif ($4) {
            syntax_error($line, 'unexpected ]') unless @open_lines;
            my $code = pop @open;
            pop @open_lines;
            push @{ $open[-1] }, [\&push_block, $code, $line, '['];
        }
        elsif (defined $5) {
            push @{ $open[-1] }, [\&push_value, \unescape($5, $6, $line), $line, '"'];
        }
        elsif (defined $7) {
            push @{ $open[-1] }, operation($7, $line);
        }
    }
    syntax_error($open_lines[-1], 'missing ]') if @open_lines;
    return $open[0];
}

sub unescape {
    my ($text, $closed, $line) = @_;
    my %escapes = (n => "\n", t => "\t", '"' => '"', '\\' => '\\');
    syntax_error($line, 'bad escape') if $text =~ /\A(?:[^\\]|\\[nt"\\])*\\[^nt"\\]/;
    syntax_error($line, 'unterminated string') unless $closed;
    $text =~ s/\\(.)/$escapes{$1}/g;
    return $text;
}

sub operation {
    my ($token, $line) = @_;
    my %sigils = (':' => \&bind_name, '!' => \&assign_name, '@' => \&push_name, '' => \&use_name);
    return [\&push_value, $token + 0, $line, $token] if $token =~ /\A-?[0-9]+\z/;
    return [\&execute_word, $words{$token}, $line, $token] if $words{$token};
    return [$sigils{$1}, $2, $line, $token] if $token =~ /\A([:!@]?)([A-Za-z_][A-Za-z0-9_?-]*)\z/ && !$words{$2};
    syntax_error($line, "bad token $token");
}

sub syntax_error {
    my ($line, $message) = @_;
    stop(2, "syntax error: line $line: $message");
}

# Handlers of operations

sub push_value { push @stack, $_[0][1] }

sub push_block { push @stack, [$_[0][1], $frames[-1][2]] }

sub execute_word {
    my ($operation) = @_;
    my ($types, $code) = @{ $operation->[1] };
    my $count = length $types;
    die "stack underflow in $operation->[3]\n" if @stack < $count;
    my @values = $count ? splice @stack, -$count : ();
    for my $i (0 .. $count - 1) {
        my $type = substr $types, $i, 1;
        die "type mismatch in $operation->[3]\n" unless $type eq 'x' || index($type eq 'p' ? 'is' : $type, type($values[$i])) >= 0;
    }
    die "type mismatch in $operation->[3]\n" if $types eq 'pp' && ref $values[0] ne ref $values[1];
    die "division by zero in $operation->[3]\n" if $operation->[3] =~ m{\A[/%]\z} && $values[1] == 0;
    push @stack, $code->(@values);
}

sub bind_name {
    my ($operation) = @_;
    die "stack underflow in $operation->[3]\n" unless @stack;
    $frames[-1][2][0]{ $operation->[1] } = pop @stack;
}

sub assign_name {
    my ($operation) = @_;
    die "stack underflow in $operation->[3]\n" unless @stack;
    my $names = visible($operation->[1]);
    $names->{ $operation->[1] } = pop @stack;
}

sub push_name {
    my ($operation) = @_;
    push @stack, visible($operation->[1])->{ $operation->[1] };
}

sub use_name {
    my ($operation) = @_;
    my $value = visible($operation->[1])->{ $operation->[1] };
    if (ref $value eq 'ARRAY') {
        run($value);
    }
    else {
        push @stack, $value;
    }
}

# The names of the nearest scope that has this name.
sub visible {
    my ($name) = @_;
    for (my $scope = $frames[-1][2]; $scope; $scope = $scope->[1]) {
        return $scope->[0] if exists $scope->[0]{$name};
    }
    die "unknown name $name\n";
}

# Words

sub run {
    my ($block) = @_;
    push @frames, [$block->[0], 0, [{}, $block->[1]]];
    return;
}

# Loops are frames with operations of their own; the last one goes back to the first.
sub repeat_times {
    my ($count, $block) = @_;
    my $line = $frames[-1][0][$frames[-1][1] - 1][2];
    push @frames, [
        [
            [sub { pop @frames if $count-- <= 0 }, undef, $line],
            [sub { run($block) }, undef, $line],
            [sub { $frames[-1][1] = 0 }, undef, $line],
        ], 0, undef,
    ];
    return;
}

sub repeat_while {
    my ($condition, $body) = @_;
    my $line = $frames[-1][0][$frames[-1][1] - 1][2];
    push @frames, [
        [
            [sub { run($condition) }, undef, $line],
            [\&execute_word, ['i', sub { pop @frames unless $_[0]; () }], $line, 'while'],
            [sub { run($body) }, undef, $line],
            [sub { $frames[-1][1] = 0 }, undef, $line],
        ], 0, undef,
    ];
    return;
}

sub modulo {
    my ($dividend, $divisor) = @_;
    my $rest = abs($dividend) % abs $divisor;
    $rest = -$rest if $dividend < 0;
    $rest += $divisor if $rest && ($rest < 0) != ($divisor < 0);
    return $rest;
}

sub compare {
    my ($left, $right) = @_;
    return ref $left ? $$left cmp $$right : $left <=> $right;
}

sub at {
    my ($string, $index) = @_;
    die "index out of range in at\n" if $index < 0 || $index >= length $$string;
    my $character = substr $$string, $index, 1;
    return \$character;
}

sub type {
    my ($value) = @_;
    return !ref $value ? 'i' : ref $value eq 'ARRAY' ? 'b' : 's';
}

sub text {
    my ($value) = @_;
    return ref $value ? $$value : $value;
}
PROGRAM
chmod 0755 /app/rill
