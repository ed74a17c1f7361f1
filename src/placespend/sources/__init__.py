"""Readers of official files as they were published, one module for each format."""

from placespend.sources.cra import read_cra as read_cra
from placespend.sources.integrated_settlement import read_integrated_settlement as read_integrated_settlement
from placespend.sources.reading import Reading as Reading
from placespend.sources.revenue_outturn import read_revenue_outturn as read_revenue_outturn
