package io.mockupaws.engine.journal;

import io.mockupaws.engine.repository.ClusterRepository;

/** The parts of one stream that its connections share. */
record StreamParts(
    ClusterRepository repository,
    WalServer server,
    JournalSettings settings,
    Line line,
    Intake intake,
    ReceiveBuffer buffer,
    Spool spool,
    HoleBook holes,
    Shedding shedding,
    StreamControl control,
    Histories histories,
    AllStores allStores) {}
