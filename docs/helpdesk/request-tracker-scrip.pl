# The scrip that tells Termwise what happens to a ticket of Request Tracker 5.
# It goes into "Custom commit code" of a scrip "User Defined" on condition "On Transaction".
# TermwiseUrl and TermwiseSecret are set in RT_SiteConfig.d: the secret is not in the database.
my $url = RT->Config->Get('TermwiseUrl') or return 1;
my $secret = RT->Config->Get('TermwiseSecret') or return 1;

my $event = $self->TransactionObj;
my $kind = $event->Type;
my $field = $event->Field || '';
return 1 unless $kind =~ /^(?:Create|Correspond|Comment|Status)$/
    or ($kind eq 'Set' and $field =~ /^(?:Owner|Queue)$/);

my $ticket = $self->TicketObj;
my $creator = $event->CreatorObj;
my $head = $event->Attachments->First;
my $body = $kind =~ /^(?:Create|Correspond|Comment)$/ ? $event->ContentObj : undef;
my $said = sub { my $line = $head ? $head->GetHeader($_[0]) : undef; defined $line ? $line : '' };

require JSON;
my $raw = JSON->new->utf8->canonical->encode({
    type => 'rt.transaction',
    transaction => {
        id => $event->id + 0, type => $kind, field => $field,
        created => $event->CreatedObj->Unix + 0,
        old => $event->OldValue, new => $event->NewValue,
        creator => {
            name => $creator->Name,
            privileged => $creator->Privileged ? JSON::true() : JSON::false(),
            system => $creator->Name eq 'RT_System' ? JSON::true() : JSON::false(),
        },
    },
    ticket => {
        id => $ticket->id + 0, queue => $ticket->QueueObj->Name, status => $ticket->Status,
        owner => $ticket->OwnerObj->Name, subject => $ticket->Subject || '',
        requestor => $ticket->Requestors->HasMember($creator->PrincipalId)
            ? JSON::true() : JSON::false(),
    },
    message => $body ? {
        text => $body->Content, type => $body->ContentType,
        auto_submitted => $said->('Auto-Submitted'), precedence => $said->('Precedence'),
    } : undef,
});

require Digest::SHA;
require LWP::UserAgent;
my $id = 'rt-' . $event->id;
my $time = time;
my $signature = Digest::SHA::hmac_sha256_base64("$id.$time.$raw", $secret);
$signature .= '=' while length($signature) % 4;
my $answer = LWP::UserAgent->new(timeout => 3, max_redirect => 0)->post($url,
    'Content-Type' => 'application/json',
    'webhook-id' => $id, 'webhook-timestamp' => $time, 'webhook-signature' => "v1,$signature",
    Content => $raw,
);
$RT::Logger->warning("Termwise did not take $id: " . $answer->status_line)
    unless $answer->is_success;
return 1;
