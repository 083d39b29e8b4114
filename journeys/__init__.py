"""Place: customers, services, journeys and touchpoints; tickets, their events and their flow."""
