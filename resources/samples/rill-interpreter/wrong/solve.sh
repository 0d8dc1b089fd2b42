#!/bin/bash
# Wrong: all names are global, and division rounds toward zero.
set -euo pipefail

cat > /app/rill <<'PROGRAM'
#!/usr/bin/perl
use strict;
use warnings;
no warnings 'recursion';

my (@stack, %names, $line, $token);
my %words;
%words = (
    '+' => ['ii', sub { $_[0] + $_[1] }],
    '-' => ['ii', sub { $_[0] - $_[1] }],
    '*' => ['ii', sub { $_[0] * $_[1] }],
    '/' => ['ii', sub { $_[1] ? int($_[0] / $_[1]) : die "division by zero in /\n" }],
    '%' => ['ii', sub { $_[1] ? $_[0] - $_[1] * int($_[0] / $_[1]) : die "division by zero in %\n" }],
    '=' => ['pp', sub { compare(@_) == 0 ? 1 : 0 }],
    '<' => ['pp', sub { compare(@_) < 0 ? 1 : 0 }],
    '>' => ['pp', sub { compare(@_) > 0 ? 1 : 0 }],
    not => ['i', sub { $_[0] ? 0 : 1 }],
    dup => ['x', sub { @_[0, 0] }],
    drop => ['x', sub { () }],
    swap => ['xx', sub { @_[1, 0] }],
    over => ['xx', sub { @_[0, 1, 0] }],
    rot => ['xxx', sub { @_[1, 2, 0] }],
    depth => ['', sub { scalar @stack }],
    cat => ['ss', sub { string(${ $_[0] } . ${ $_[1] }) }],
    len => ['s', sub { length ${ $_[0] } }],
    at => ['si', sub { $_[1] >= 0 && $_[1] < length ${ $_[0] } ? string(substr ${ $_[0] }, $_[1], 1) : die "index out of range in at\n" }],
    str => ['i', sub { string($_[0]) }],
    num => ['s', sub { ${ $_[0] } =~ /\A-?\d+\z/ ? ${ $_[0] } + 0 : die "not a number in num\n" }],
    call => ['b', sub { execute($_[0]); () }],
    if => ['ibb', sub { execute($_[0] ? $_[1] : $_[2]); () }],
    times => ['ib', sub { my ($n, $block) = @_; execute($block) for 1 .. $n; () }],
    while => ['bb', sub { my ($test, $body) = @_; execute($body) while condition($test); () }],
    print => ['p', sub { print ref $_[0] ? ${ $_[0] } : $_[0], "\n"; () }],
    emit => ['p', sub { print ref $_[0] ? ${ $_[0] } : $_[0]; () }],
);

my $file = shift // '';
open my $handle, '<', $file or stop(2, "rill: $file: $!");
my $source = join '', <$handle>;
my $program = parse();
eval { execute($program); 1 } or stop(1, "error: line $line: $@");

sub stop {
    my ($status, $message) = @_;
    chomp $message;
    print STDERR "$message\n";
    exit $status;
}

sub parse {
    my ($number, @open, @lines) = (1, []);
    while ($source =~ /\G(?:[ \t]+|#.*|(\n)|([\[\]])|"((?:[^"\\\n]|\\.)*)("?)|([^ \t\n\[\]"]+))/gc) {
        my ($text, $closed, $word) = ($3, $4, $5);
        $number++ if $1;
        if (($2 // '') eq '[') {
            push @open, [];
            push @lines, $number;
        }
        elsif (($2 // '') eq ']') {
            stop(2, "syntax error: line $number: unexpected ]") unless @lines;
            pop @lines;
            my $block = pop @open;
            push @{ $open[-1] }, [$number, '[', $block];
        }
        elsif (defined $text) {
            my %escapes = (n => "\n", t => "\t", '"' => '"', '\\' => '\\');
            stop(2, "syntax error: line $number: unterminated string") unless $closed;
            $text =~ s/\\(.)/$escapes{$1} \/\/ stop(2, "syntax error: line $number: bad escape")/ge;
            push @{ $open[-1] }, [$number, '"', string($text)];
        }
        elsif (defined $word) {
            my $name = $word =~ /\A[:!@]?([A-Za-z_][\w?-]*)\z/ ? $1 : '';
            my $valid = $words{$word} || $word =~ /\A-?\d+\z/ || $name ne '' && !$words{$name};
            stop(2, "syntax error: line $number: bad token $word") unless $valid;
            push @{ $open[-1] }, [$number, $word, $word =~ /\d\z/ && $name eq '' ? $word + 0 : undef];
        }
    }
    stop(2, "syntax error: line $lines[-1]: missing ]") if @lines;
    return $open[0];
}

sub execute {
    my ($block) = @_;
    for my $operation (@$block) {
        ($line, $token, my $value) = @$operation;
        if (defined $value) {
            push @stack, $value;
        }
        elsif ($words{$token}) {
            push @stack, $words{$token}[1]->(take($words{$token}[0]));
        }
        elsif ($token =~ /\A([:!])(.*)/) {
            my ($value) = take('x');
            die "unknown name $2\n" if $1 eq '!' && !exists $names{$2};
            $names{$2} = $value;
        }
        else {
            my $name = $token =~ s/\A@//r;
            die "unknown name $name\n" unless exists $names{$name};
            my $value = $names{$name};
            ref $value eq 'ARRAY' && $name eq $token ? execute($value) : push @stack, $value;
        }
    }
}

sub take {
    my ($types) = @_;
    die "stack underflow in $token\n" if @stack < length $types;
    my @values = splice @stack, @stack - length $types;
    for my $i (0 .. $#values) {
        my $type = !ref $values[$i] ? 'i' : ref $values[$i] eq 'ARRAY' ? 'b' : 's';
        die "type mismatch in $token\n" unless { i => 'i', s => 's', b => 'b', p => 'is', x => 'isb' }->{ substr $types, $i, 1 } =~ $type;
    }
    die "type mismatch in $token\n" if $types eq 'pp' && ref $values[0] ne ref $values[1];
    return @values;
}

sub condition {
    my ($test) = @_;
    my $at = $line;
    execute($test);
    ($line, $token) = ($at, 'while');
    return (take('i'))[0];
}

sub compare { return ref $_[0] ? ${ $_[0] } cmp ${ $_[1] } : $_[0] <=> $_[1] }

sub string { my ($text) = @_; return \$text }
PROGRAM
chmod 0755 /app/rill
